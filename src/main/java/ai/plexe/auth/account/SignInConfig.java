package ai.plexe.auth.account;

import ai.plexe.auth.ratelimit.RateLimit;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How often a sign-in may be tried. */
@ConfigMapping(prefix = "plexe")
public interface SignInConfig {

    SignIn signIn();

    /** Limits of tries, right or wrong, beyond which the delay grows. */
    interface SignIn {

        /** Per user, whether or not there is one; a sign-in that succeeds or a mailed link clears it. */
        @WithDefault("10/10m")
        @WithConverter(RateLimit.Setting.class)
        RateLimit limitPerUser();

        /** Per address (IPv6: per /64), for whichever users. */
        @WithDefault("100/10m")
        @WithConverter(RateLimit.Setting.class)
        RateLimit limitPerAddress();
    }
}
