package ai.plexe.auth.database;

import static jakarta.interceptor.Interceptor.Priority.PLATFORM_BEFORE;

import io.quarkus.flyway.runtime.QuarkusPathLocationScanner;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;

/**
 * Sees at the start that the schema is the one that this version works with. Flyway migrates, or validates; but where one
 * look at its own history tells that it would find nothing to do, and that is nearly every start, it is not woken, for it
 * asks PostgreSQL thirty times. Waits; at the start only.
 */
@ApplicationScoped
class Schema {

    private static final String UNDEFINED_TABLE = "42P01";

    private final SchemaConfig config;
    private final Pool pool;
    private final Instance<Flyway> flyway;

    Schema(SchemaConfig config, Pool pool, Instance<Flyway> flyway) {
        this.config = config;
        this.pool = pool;
        this.flyway = flyway;
    }

    /**
     * @throws org.flywaydb.core.api.FlywayException if the schema is another one, and stays so
     */
    void settle(@Observes @Priority(PLATFORM_BEFORE) StartupEvent event) throws Throwable {
        if (VertxContextSupport.subscribeAndAwait(this::isCurrent)) {
            return;
        }
        if (config.migrateAtStart()) {
            flyway.get().migrate();
        } else {
            flyway.get().validate();
        }
    }

    /** Whether each migration of this version has been applied as it is here. There may be more, of a later version. */
    private Uni<Boolean> isCurrent() {
        Map<String, Integer> migrations = migrations();
        return applied()
                .map(applied -> !migrations.isEmpty() && applied.entrySet().containsAll(migrations.entrySet()));
    }

    /** Each script's checksum, by its name. */
    private static Map<String, Integer> migrations() {
        Map<String, Integer> checksums = new HashMap<>();
        new QuarkusPathLocationScanner(null, List.of(Location.fromPath("classpath:", "db/migration")))
                .scanForResources()
                .forEach(script -> checksums.put(script.getRelativePath(), ChecksumCalculator.calculate(script)));
        return checksums;
    }

    private Uni<Map<String, Integer>> applied() {
        return UniHelper.toUni(pool.getDelegate()
                        .query("SELECT script, checksum FROM flyway_schema_history WHERE success")
                        .execute())
                .map(Schema::checksums)
                .onFailure(Schema::isNeverMigrated)
                .recoverWithItem(Map.of());
    }

    private static Map<String, Integer> checksums(RowSet<Row> rows) {
        Map<String, Integer> checksums = new HashMap<>();
        rows.forEach(row -> checksums.put(row.getString(0), row.getInteger(1)));
        return checksums;
    }

    private static boolean isNeverMigrated(Throwable failure) {
        return failure instanceof PgException refused && refused.getSqlState().equals(UNDEFINED_TABLE);
    }
}
