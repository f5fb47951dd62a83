package ai.plexe.auth.account;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * What a password hash costs, by default what OWASP's Password Storage Cheat Sheet names for Argon2id with one lane. When
 * it is raised, people's hashes follow as they sign in.
 */
@ConfigMapping(prefix = "plexe.password")
public interface PasswordConfig {

    /** Memory that each hash under way takes: 7M to 256M. */
    @WithDefault("19M")
    MemorySize memory();

    /** Passes over the memory: 1 to 16. With the memory, not below the cheapest that OWASP names. */
    @WithDefault("2")
    int passes();

    /** How many hashes may wait for a worker, per instance; further ones are answered with 503. */
    @WithDefault("64")
    int maxWaiting();
}
