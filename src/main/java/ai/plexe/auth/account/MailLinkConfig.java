package ai.plexe.auth.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long mailed links work. */
@ConfigMapping(prefix = "plexe.mail-link")
public interface MailLinkConfig {

    /** A link that verifies an address. */
    @WithDefault("24h")
    Duration verifyEmailTtl();

    /** A link that sets a new password. */
    @WithDefault("30m")
    Duration resetPasswordTtl();

    /** A link that changes an address. */
    @WithDefault("1h")
    Duration changeEmailTtl();

    /** A link that proves an account to which a provider is to be connected. */
    @WithDefault("30m")
    Duration connectIdentityTtl();

    /** How often expired links are cleared away. */
    @WithDefault("10m")
    Duration sweepPeriod();
}
