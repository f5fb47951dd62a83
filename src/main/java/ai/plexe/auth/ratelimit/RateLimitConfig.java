package ai.plexe.auth.ratelimit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** The limits that hold where nothing narrower is set. */
@ConfigMapping(prefix = "plexe")
public interface RateLimitConfig {

    /** Requests per key, where neither the key nor its account has a limit: requests/window. */
    @WithDefault("1000/1m")
    @WithConverter(RateLimit.Setting.class)
    RateLimit rateLimit();

    /** Attempts with unknown keys per address (IPv6: per /64) before further ones are refused unseen. */
    @WithDefault("30/1m")
    @WithConverter(RateLimit.Setting.class)
    RateLimit failedAttemptLimit();
}
