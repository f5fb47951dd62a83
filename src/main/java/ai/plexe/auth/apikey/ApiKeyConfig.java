package ai.plexe.auth.apikey;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How API keys are looked up. */
@ConfigMapping(prefix = "plexe.api-key")
public interface ApiKeyConfig {

    /** How long a copy of a grant may be used before it is looked up again. A change withdraws it at once. */
    @WithDefault("10m")
    Duration grantTtl();

    /** How long it is remembered that nobody has a key. */
    @WithDefault("10s")
    Duration unknownKeyTtl();

    /** How long a look-up in PostgreSQL may take before the request is answered with 503. */
    @WithDefault("3s")
    Duration lookUpTimeout();

    /** How many look-ups may be under way or waiting at once, per instance; further ones are answered with 503. */
    @WithDefault("1000")
    int maxLookUps();

    /** How often the last use of keys is written, all keys at once. */
    @WithDefault("1s")
    Duration lastUsePeriod();
}
