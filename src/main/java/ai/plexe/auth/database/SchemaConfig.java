package ai.plexe.auth.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Who brings the schema to this version. */
@ConfigMapping(prefix = "plexe")
interface SchemaConfig {

    /**
     * Whether this instance does; one that does not won't start before the schema is there. Whoever has told Quarkus that it
     * does not need not say so again.
     */
    @WithDefault("${QUARKUS_FLYWAY_MIGRATE_AT_START:true}")
    boolean migrateAtStart();
}
