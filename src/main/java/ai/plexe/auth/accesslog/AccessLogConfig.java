package ai.plexe.auth.accesslog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the access log is carried and kept. */
@ConfigMapping(prefix = "plexe.log")
public interface AccessLogConfig {

    /** How long entries are kept; whole days are dropped. Usage stays. */
    @WithDefault("90d")
    Duration retention();

    /** How many entries Redis may hold for PostgreSQL. What comes on top is left out and counted, refusals first. 0 for no log. */
    @WithDefault("1000000")
    int bound();

    /** Whether this instance brings entries to PostgreSQL. One instance at least must. */
    @WithDefault("true")
    boolean ingest();

    /** How long an instance may take to bring what it took to PostgreSQL before another one takes it over. */
    @WithDefault("15s")
    Duration takeOver();
}
