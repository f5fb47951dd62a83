package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The migration as a job of its own, with the very settings of the manifests, and instances that leave the schema alone. */
class MigrationIT {

    private static final Map<String, String> MIGRATION = Map.of("QUARKUS_INIT_AND_EXIT", "true");
    private static final Map<String, String> SERVICE = Map.of("PLEXE_MIGRATE_AT_START", "false");
    private static final Map<String, String> SERVICE_OF_BEFORE = Map.of("QUARKUS_FLYWAY_MIGRATE_AT_START", "false");
    private static final Map<String, String> BY_ITSELF = Map.of();
    private static final String FLYWAY = "org.flywaydb";
    private static final String CONNECTIONS_OF_FLYWAY = "SELECT count(*) FROM pg_stat_activity"
            + " WHERE application_name = 'PostgreSQL JDBC Driver' AND pid <> pg_backend_pid()";
    private static final String MIGRATIONS = "SELECT count(*) FROM flyway_schema_history";
    private static final long LONGEST_RUN_SECONDS = 120;

    private LocalServers servers;

    @BeforeEach
    void startServers() {
        servers = LocalServers.startFresh();
    }

    @AfterEach
    void stopServers() {
        servers.close();
    }

    @Test
    void theSchemaIsMigratedByItselfAndInstancesWaitForIt() throws Exception {
        URI database = servers.databaseUrl();

        assertEquals(1, exitCode(database, SERVICE), "an instance ran without its schema");
        assertEquals(1, exitCode(database, SERVICE_OF_BEFORE), "an instance migrated that was told not to");
        assertEquals(0, exitCode(database, MIGRATION));
        assertEquals(0, exitCode(database, MIGRATION), "a migration with nothing to do failed");

        try (Instance service = Instance.start(environment(database, SERVICE))) {
            assertTrue(service.isReady());
        }
    }

    @Test
    void anInstanceOfTheLastVersionComesUpAgainAfterTheMigrationToTheNext() throws Exception {
        URI database = servers.databaseUrl();
        assertEquals(0, exitCode(database, MIGRATION));
        execute(
                database,
                "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
                        + " installed_by, execution_time, success) VALUES (1000, '1000', 'next', 'SQL', 'V1000__next.sql', 1, 'x', 1, true)");

        for (Map<String, String> settings : List.of(SERVICE, BY_ITSELF)) {
            try (Instance service = Instance.start(environment(database, settings))) {
                assertTrue(service.isReady());
            }
        }
    }

    @Test
    void aSchemaThatIsCurrentIsLookedAtOnceAndAnOlderOneIsBroughtUpToDate() throws Exception {
        URI database = servers.databaseUrl();
        try (Instance first = Instance.start(environment(database, BY_ITSELF))) {
            assertTrue(first.log().contains(FLYWAY), first::log);
            assertNotEquals(0, number(database, CONNECTIONS_OF_FLYWAY));
        }
        try (Instance second = Instance.start(environment(database, BY_ITSELF))) {
            assertFalse(second.log().contains(FLYWAY), second::log);
            assertEquals(0, number(database, CONNECTIONS_OF_FLYWAY));
        }
        int migrations = number(database, MIGRATIONS);
        // The last one, which can be applied twice.
        execute(database, "DELETE FROM flyway_schema_history WHERE version = '6'");
        assertEquals(1, exitCode(database, SERVICE), "an instance ran with an older schema");
        try (Instance third = Instance.start(environment(database, BY_ITSELF))) {
            assertTrue(third.log().contains(FLYWAY), third::log);
            assertEquals(migrations, number(database, MIGRATIONS));
        }
    }

    @Test
    void aMigrationThatIsNotTheOneThatWasAppliedStopsTheStart() throws Exception {
        URI database = servers.databaseUrl();
        assertEquals(0, exitCode(database, MIGRATION));
        execute(database, "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '1'");

        for (Map<String, String> settings : List.of(SERVICE, BY_ITSELF)) {
            try (Instance refused = Instance.launch(environment(database, settings))) {
                assertTrue(refused.process().waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS), refused::log);
                assertEquals(1, refused.process().exitValue());
                assertTrue(refused.log().contains("checksum mismatch"), refused::log);
            }
        }
    }

    @Test
    void aMigrationThatFailsSaysSoByItsExitCode() throws Exception {
        URI nowhere = URI.create("postgresql://plexe:plexe@127.0.0.1:" + Instance.freePort() + "/plexe");

        assertEquals(1, exitCode(nowhere, MIGRATION));
    }

    private int exitCode(URI database, Map<String, String> settings) throws Exception {
        try (Instance run = Instance.launch(environment(database, settings))) {
            assertTrue(run.process().waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS), "it goes on: " + run.log());
            String password = database.getUserInfo().split(":", 2)[1];
            assertFalse(password.length() > 8 && run.log().contains(password), "a password in the log");
            return run.process().exitValue();
        }
    }

    private Map<String, String> environment(URI database, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("PLEXE_DATABASE_URL", database.toString());
        environment.put("PLEXE_REDIS_URL", servers.redisUrl().toString());
        return environment;
    }

    private static int number(URI database, String query) throws SQLException {
        try (Connection connection = Backends.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(URI database, String sql) throws SQLException {
        try (Connection connection = Backends.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
