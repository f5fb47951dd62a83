package ai.plexe.auth.database;

import static jakarta.interceptor.Interceptor.Priority.PLATFORM_BEFORE;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.jboss.logging.Logger;

/**
 * Sees at the start that the schema is the one that this version works with. Flyway migrates, or validates; but where one
 * look at its own history tells that it would find nothing to do, and that is nearly every start, it asks PostgreSQL nothing,
 * rather than thirty times. Waits; at the start only.
 */
@ApplicationScoped
class Schema {

    private static final Logger LOG = Logger.getLogger(Schema.class);
    /** Before all that needs it, and before the templates of mails are read, which takes a while. */
    private static final int FIRST = PLATFORM_BEFORE - 2;

    private static final String TABLE = "flyway_schema_history";
    private static final String SCRIPT = "SQL";

    /** Oldest first. Of the schema that Flyway would look in, the first of the path. */
    static final String HISTORY = """
            SELECT script, checksum, type, success FROM flyway_schema_history
            WHERE tableoid = to_regclass(quote_ident(current_schema()) || '.flyway_schema_history')
            ORDER BY installed_rank""";

    private final SchemaConfig config;
    private final DatabasePool pool;
    private final Flyway flyway;

    /** One row of the history, or what one would be. */
    private record Migration(String script, Integer checksum, String type, boolean success) {}

    Schema(SchemaConfig config, DatabasePool pool, Flyway flyway) {
        this.config = config;
        this.pool = pool;
        this.flyway = flyway;
    }

    /**
     * @throws org.flywaydb.core.api.FlywayException if the schema is another one, and stays so
     */
    void settle(@Observes @Priority(FIRST) StartupEvent event) {
        Set<Migration> ours = migrations(flyway.getConfiguration());
        if (!ours.isEmpty() && isCurrent(ours, history())) {
            return;
        }
        if (config.migrateAtStart()) {
            flyway.migrate();
        } else {
            flyway.validate();
        }
    }

    /** What this version brings; empty where Flyway is set so that the look would not be its own. */
    private static Set<Migration> migrations(Configuration flyway) {
        if (!flyway.getTable().equals(TABLE)
                || flyway.getDefaultSchema() != null
                || !flyway.getJavaMigrationClassProvider().getClasses().isEmpty()) {
            return Set.of();
        }
        return flyway
                .getResourceProvider()
                .getResources(flyway.getSqlMigrationPrefix(), flyway.getSqlMigrationSuffixes())
                .stream()
                .map(script ->
                        new Migration(script.getRelativePath(), ChecksumCalculator.calculate(script), SCRIPT, true))
                .collect(Collectors.toSet());
    }

    /** Empty where there is none to be read. */
    private List<Migration> history() {
        return UniHelper.toUni(pool.history())
                .map(Schema::migrations)
                .onFailure()
                .invoke(failure -> LOG.debug("Flyway is asked, as its history can't be read", failure))
                .onFailure()
                .recoverWithItem(List.of())
                .await()
                .indefinitely();
    }

    private static List<Migration> migrations(RowSet<Row> rows) {
        List<Migration> migrations = new ArrayList<>(rows.size());
        rows.forEach(row -> migrations.add(
                new Migration(row.getString(0), row.getInteger(1), row.getString(2), row.getBoolean(3))));
        return migrations;
    }

    /** Whether the history begins with ours, as they are here; what has been applied after them is a later version's. */
    private static boolean isCurrent(Set<Migration> ours, List<Migration> history) {
        return history.size() >= ours.size()
                && ours.equals(new HashSet<>(history.subList(0, ours.size())))
                && history.stream().allMatch(migration -> migration.type().equals(SCRIPT) && migration.success());
    }
}
