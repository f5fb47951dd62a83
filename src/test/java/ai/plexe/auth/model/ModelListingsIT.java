package ai.plexe.auth.model;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances that share one PostgreSQL keep the same listing: each is told what the other changes. */
class ModelListingsIT {

    /** Far less than a listing is kept, so that it must have been dropped. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String LISTENS = "query LIKE 'LISTEN %'";

    private static LocalServers servers;
    private static Instance one;
    private static Instance two;

    @BeforeAll
    static void startTwoInstances() throws Exception {
        servers = LocalServers.startFresh();
        Map<String, String> environment = Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey());
        one = Instance.start(environment);
        two = Instance.start(environment);
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        servers.close();
    }

    @Test
    void aChangeReachesTheOtherInstance() {
        awaitListeners(2);
        isSeenOnTheOther("told");
    }

    @Test
    void anInstanceThatLostItsConnectionListensAgain() {
        awaitListeners(2);
        assertEquals(2, count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE " + LISTENS));
        awaitListeners(2);
        isSeenOnTheOther("told again");
    }

    /**
     * The processes of PostgreSQL that serve the listeners are halted, so that no notification comes: as long as they wait, for one that
     * is halted at its work may hold a lock.
     */
    @Test
    void aWriterFindsItsOwnChangeWithoutBeingNotified() throws Exception {
        awaitListeners(2);
        Api writer = one.as(Backends.adminKey());
        writer.models().then().statusCode(200);
        awaitListeners(2, " AND wait_event = 'ClientRead'");
        signalListeners("STOP");
        try {
            String id = make(writer, "mine");
            writer.models().then().body("model_id", hasItem(id));

            writer.request().delete("/models/" + id).then().statusCode(204);
            writer.models().then().body("model_id", not(hasItem(id)));
        } finally {
            signalListeners("CONT");
        }
    }

    private static void signalListeners(String signal) throws Exception {
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement();
                ResultSet listeners = statement.executeQuery("SELECT pid FROM pg_stat_activity WHERE " + LISTENS)) {
            while (listeners.next()) {
                Process kill = new ProcessBuilder("kill", "-" + signal, listeners.getString(1)).start();
                assertEquals(0, kill.waitFor());
            }
        }
    }

    private static void isSeenOnTheOther(String name) {
        Api writer = one.as(Backends.adminKey());
        Api reader = two.as(Backends.adminKey());
        reader.models().then().statusCode(200);

        String id = make(writer, name);

        await().atMost(SOON).untilAsserted(() -> reader.models().then().body("model_id", hasItem(id)));
    }

    private static String make(Api writer, String name) {
        return writer.request()
                .body("{\"name\": \"" + name + "\"}")
                .post("/models")
                .then()
                .statusCode(201)
                .extract()
                .path("model_id");
    }

    private static void awaitListeners(int expected) {
        awaitListeners(expected, "");
    }

    private static void awaitListeners(int expected, String condition) {
        await().atMost(SOON)
                .until(() -> count("SELECT count(*) FROM pg_stat_activity WHERE " + LISTENS + condition) == expected);
    }

    private static int count(String sql) {
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
