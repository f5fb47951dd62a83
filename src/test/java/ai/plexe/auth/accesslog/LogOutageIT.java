package ai.plexe.auth.accesslog;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Wire;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The log while what it is carried by is away: bounded, measured, and brought in afterwards. */
class LogOutageIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final Duration AGE_OF_METRICS = Duration.ofSeconds(3);

    /** Of all shards together; a key's entries are in one of eight. */
    private static final int BOUND = 800;

    private static LocalServers servers;
    private static Wire redis;
    private static Wire database;
    private static Instance service;
    private static Api admin;
    private static AccessLogs log;

    @BeforeAll
    static void start() throws Exception {
        servers = LocalServers.startFresh();
        redis = new Wire(servers.redisUrl());
        database = new Wire(servers.databaseUrl());
        service = Instance.start(Map.of(
                "PLEXE_DATABASE_URL", database.url().toString(),
                "PLEXE_REDIS_URL", redis.url().toString(),
                "PLEXE_LOG_BOUND", String.valueOf(BOUND),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()));
        admin = service.as(Backends.adminKey());
        log = new AccessLogs(admin);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        redis.close();
        database.close();
        servers.close();
    }

    private static double metric(String name) {
        return given().get(service.uri("/q/metrics"))
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static double dropped(String outcome) {
        return metric("plexe_log_dropped_total{outcome=\"" + outcome + "\"}");
    }

    private static void use(Api api, int times) {
        for (int i = 0; i < times; i++) {
            api.request().get("/auth/verify").then().statusCode(200);
        }
    }

    private static void tryToWrite(Api api, int times) {
        for (int i = 0; i < times; i++) {
            api.request().post("/auth/verify").then().statusCode(403);
        }
    }

    @Test
    void withoutPostgresEntriesWaitInRedisUpToTheBoundAndRefusalsAreLeftOutFirst() throws Exception {
        Api.Key key = admin.key("read_only");
        Api reader = admin.as(key.secret());
        use(reader, 1);
        log.await(1, Map.of("key_id", key.id()));
        Thread.sleep(AGE_OF_METRICS.toMillis());
        await().atMost(A_WHILE).until(() -> metric("plexe_log_lag_entries") == 0);

        database.cut();
        try {
            use(reader, 50);
            tryToWrite(reader, 60);
            use(reader, 30);
            await().atMost(A_WHILE).until(() -> dropped("accepted") == 20);
            assertEquals(20, dropped("refused"));
            assertEquals(100, metric("plexe_log_lag_entries"));
            await().atMost(A_WHILE).until(() -> metric("plexe_log_lag_seconds") > 2);
        } finally {
            database.mend();
        }

        await().atMost(A_WHILE).until(() -> metric("plexe_log_lag_entries") == 0);
        assertEquals(20, dropped("refused"));
        assertEquals(20, dropped("accepted"));
        Map<String, ?> ofKey = Map.of("key_id", key.id(), "limit", 200);
        log.await(101, ofKey);
        assertEquals(
                40,
                log.entries(ofKey).stream()
                        .filter(entry -> entry.is("key.use", "insufficient_permissions"))
                        .count());
        assertEquals(0, metric("plexe_log_lag_seconds"));
    }

    @Test
    void withoutRedisEntriesWaitInMemory() {
        String agent = "scanner/" + UUID.randomUUID();
        redis.cut();
        try {
            for (int i = 0; i < 5; i++) {
                admin.as("garbage")
                        .request()
                        .header("User-Agent", agent)
                        .get("/models")
                        .then()
                        .statusCode(401);
            }
            assertEquals(5, metric("plexe_log_unsent"));
        } finally {
            redis.mend();
        }

        await().atMost(A_WHILE).until(() -> metric("plexe_log_unsent") == 0);
        await().atMost(A_WHILE).until(() -> admin.models().statusCode() == 200);
        log.await(
                Map.of("unattributed", true, "outcome", "invalid_key", "limit", 200),
                entries -> entries.stream()
                                .filter(entry -> agent.equals(entry.text("user_agent")))
                                .count()
                        == 5);
    }
}
