package ai.plexe.auth.apikey;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a dependency down the answer is 503 or right, never a guess; and it comes back by itself. */
class OutageIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final String WITHDRAWAL =
            new String(RedisScript.load("withdraw", "entry").sha1(), StandardCharsets.US_ASCII);

    /** Which begins their sessions anew, with new settings. */
    private static final String OTHERS_HANG_UP =
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()";

    private static LocalServers servers;
    private static Wire redis;
    private static Wire database;
    private static Instance service;
    private static Api admin;

    @BeforeAll
    static void start() throws Exception {
        servers = LocalServers.startFresh();
        redis = new Wire(servers.redisUrl());
        database = new Wire(servers.databaseUrl());
        service = Instance.start(Map.of(
                "PLEXE_DATABASE_URL", database.url().toString(),
                "PLEXE_REDIS_URL", redis.url().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()));
        admin = service.as(Backends.adminKey());
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        redis.close();
        database.close();
        servers.close();
    }

    @AfterEach
    void mend() throws Exception {
        redis.mend();
        database.mend();
        await().atMost(A_WHILE).until(() -> admin.models().statusCode() == 200);
        await().atMost(A_WHILE).until(service::isReady);
    }

    @Test
    void withoutRedisNothingIsGuessed() throws Exception {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);

        redis.cut();

        Problems.expect(admin.as(key.secret()).models(), 503, "temporarily_unavailable");
        Problems.expect(admin.as(Api.unknownKey()).models(), 503, "temporarily_unavailable");
        Problems.expect(admin.as("garbage").models(), 401, "invalid_key");
        await().atMost(A_WHILE).until(() -> !service.isReady());
        await().atMost(A_WHILE).until(() -> traffic() == 503);
    }

    /** What balancers ask. */
    private static int traffic() {
        return admin.request().get("/q/health/group/traffic").statusCode();
    }

    @Test
    void aSilentRedisIsGivenUpSoon() {
        redis.stall();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> Problems.expect(admin.models(), 503, "temporarily_unavailable"));
    }

    @Test
    void aRevocationThatRedisDoesNotConfirmIsRefusedAndChangesNothing() {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);

        redis.cutWhenSent(WITHDRAWAL);
        Problems.expect(admin.revoke(key.id()), 503, "temporarily_unavailable");

        expectUnchanged(key);
    }

    @Test
    void aChangeThatRedisDoesNotConfirmIsRefusedAndChangesNothing() {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);

        redis.cutWhenSent(WITHDRAWAL);
        Problems.expect(
                admin.change(key.id(), "{\"permission_level\": \"read_write\"}"), 503, "temporarily_unavailable");

        expectUnchanged(key);
    }

    @Test
    void aRotationThatRedisDoesNotConfirmIsRefusedAndChangesNothing() {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);

        redis.cutWhenSent(WITHDRAWAL);
        Problems.expect(admin.rotate(key.id(), "{}"), 503, "temporarily_unavailable");

        expectUnchanged(key);
    }

    private void expectUnchanged(Api.Key key) {
        redis.mend();
        await().atMost(A_WHILE).until(() -> admin.models().statusCode() == 200);
        admin.as(key.secret()).models().then().statusCode(200);
        admin.get(key.id())
                .then()
                .body("status", equalTo("active"))
                .body("permission_level", equalTo("read_only"))
                .body("rotated_at", nullValue());
    }

    @Test
    void withoutPostgresqlCachedKeysWorkAndOthersAreNotGuessed() throws Exception {
        Api.Key cached = admin.key("read_only");
        Api.Key uncached = admin.key("read_only");
        service.as(cached.secret()).request().get("/auth/verify").then().statusCode(200);

        database.cut();

        service.as(cached.secret()).request().get("/auth/verify").then().statusCode(200);
        Problems.expect(service.as(uncached.secret()).request().get("/auth/verify"), 503, "temporarily_unavailable");
        Problems.expect(
                admin.create("{\"name\": \"x\", \"permission_level\": \"read_only\"}"), 503, "temporarily_unavailable");
        Problems.expect(admin.revoke(cached.id()), 503, "temporarily_unavailable");
        await().atMost(A_WHILE).until(() -> !service.isReady());
        assertEquals(200, traffic());
        database.mend();
        await().atMost(A_WHILE).until(() -> admin.get(cached.id()).statusCode() == 200);
        admin.get(cached.id()).then().body("status", equalTo("active"));
    }

    @Test
    void aSilentPostgresqlIsGivenUpSoon() {
        Api.Key cached = admin.key("read_only");
        Api.Key uncached = admin.key("read_only");
        service.as(cached.secret()).request().get("/auth/verify").then().statusCode(200);

        database.stall();

        Problems.expect(service.as(uncached.secret()).request().get("/auth/verify"), 503, "temporarily_unavailable");
        Problems.expect(admin.revoke(cached.id()), 503, "temporarily_unavailable");
        service.as(cached.secret()).request().get("/auth/verify").then().statusCode(200);
    }

    /** As one that is to take over, or is not the first any more. */
    @Test
    void aPostgresqlThatOnlyReadsIsToldAsOneThatIsAway() throws Exception {
        Api.Key key = admin.key("read_only");
        try (Connection connection = Backends.connect(servers.databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("alter role current_user set default_transaction_read_only = on");
            statement.execute(OTHERS_HANG_UP);
            try {
                await().atMost(A_WHILE).until(() -> admin.get(key.id()).statusCode() == 200);
                Problems.expect(admin.revoke(key.id()), 503, "temporarily_unavailable");
                Problems.expect(
                        admin.create("{\"name\": \"x\", \"permission_level\": \"read_only\"}"),
                        503,
                        "temporarily_unavailable");
            } finally {
                statement.execute("alter role current_user reset default_transaction_read_only");
                statement.execute(OTHERS_HANG_UP);
            }
        }
        await().atMost(A_WHILE).until(() -> admin.revoke(key.id()).statusCode() == 200);
    }

    @Test
    void aChangeWhoseCommitIsLostSaysThatItMayHaveBeenMade() {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);

        database.cutWhenSent("COMMIT");
        Problems.expect(admin.revoke(key.id()), 503, "temporarily_unavailable")
                .body("detail", containsString("read back whether it was made"));

        database.mend();
        await().atMost(A_WHILE).until(() -> admin.get(key.id()).statusCode() == 200);
        admin.get(key.id()).then().body("status", equalTo("active"));
        admin.as(key.secret()).models().then().statusCode(200);
    }

    @Test
    void aUseThatPostgresqlCanNotTakeIsWrittenLater() throws Exception {
        Api.Key key = admin.key("read_only");
        admin.verify("{\"key\": \"" + key.secret() + "\", \"explain\": true}")
                .then()
                .statusCode(200);
        admin.get(key.id()).then().body("last_used_at", nullValue());

        database.cut();
        admin.as(key.secret()).request().get("/auth/verify").then().statusCode(200);
        await().atMost(A_WHILE).until(() -> service.log().contains("last use of keys not written"));
        database.mend();

        await().atMost(A_WHILE).until(() -> admin.get(key.id()).path("last_used_at") != null);
    }

    @Test
    void nothingSecretIsLoggedWhateverFails() {
        Api.Key key = admin.key("read_only");
        redis.cutWhenSent(WITHDRAWAL);
        admin.revoke(key.id());
        redis.mend();
        await().atMost(A_WHILE).until(() -> admin.models().statusCode() == 200);

        String log = service.log();

        assertTrue(log.contains("\"level\":\"WARN\""), "failures are logged, as JSON");
        for (String secret : new String[] {key.secret(), Backends.adminKey()}) {
            assertFalse(log.contains(secret.substring(11, 40)));
        }
        for (String password : new String[] {
            servers.databaseUrl().getUserInfo().split(":")[1],
            servers.redisUrl().getUserInfo().split(":")[1]
        }) {
            assertFalse(log.contains(password));
        }
    }
}
