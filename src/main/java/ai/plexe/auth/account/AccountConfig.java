package ai.plexe.auth.account;

import ai.plexe.auth.ratelimit.RateLimit;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Who may make an account, and how often anybody may ask for what costs a hash or a mail. */
@ConfigMapping(prefix = "plexe")
public interface AccountConfig {

    /** Whether strangers may make accounts. */
    enum SignUp {
        OPEN,
        CLOSED
    }

    @WithDefault("open")
    SignUp signUp();

    /** Sign-ups per address (IPv6: per /64). */
    @WithDefault("10/1h")
    @WithConverter(RateLimit.Setting.class)
    RateLimit signUpLimit();

    /** Forgotten passwords per address (IPv6: per /64). */
    @WithDefault("20/1h")
    @WithConverter(RateLimit.Setting.class)
    RateLimit passwordForgotLimit();

    /** Mailed links that may be tried per address (IPv6: per /64). */
    @WithDefault("30/1m")
    @WithConverter(RateLimit.Setting.class)
    RateLimit mailLinkLimit();

    /** Password changes that a person may try. */
    @WithDefault("10/1h")
    @WithConverter(RateLimit.Setting.class)
    RateLimit passwordChangeLimit();

    /** Steps of signing in with a provider per address (IPv6: per /64): beginning and coming back are one each. */
    @WithDefault("120/10m")
    @WithConverter(RateLimit.Setting.class)
    RateLimit oauthLimit();

    /** Mails of a kind per recipient that somebody asked for, whoever asked. */
    @WithDefault("5/1h")
    @WithConverter(RateLimit.Setting.class)
    RateLimit mailLimit();
}
