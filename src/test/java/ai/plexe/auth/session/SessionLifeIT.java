package ai.plexe.auth.session;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.RedisProcess;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions end by themselves, and once ended stay so: in real time, on two instances, whatever happens to Redis. */
class SessionLifeIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final String EMAIL = "owner@example.org";
    private static final String PASSWORD = "seven green umbrellas dance";

    private static LocalServers servers;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        servers = LocalServers.startFresh();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    private static Instance instance(Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                servers.redisUrl().toString(),
                "PLEXE_PUBLIC_URL",
                "https://auth.example.org",
                "PLEXE_PLAIN_HTTP",
                "allowed",
                "PLEXE_BOOTSTRAP_EMAIL",
                EMAIL,
                "PLEXE_BOOTSTRAP_PASSWORD",
                PASSWORD,
                "PLEXE_BOOTSTRAP_API_KEY",
                Backends.adminKey()));
        environment.putAll(settings);
        return Instance.start(environment);
    }

    private static Response login(Instance service) {
        return given().contentType(ContentType.JSON)
                .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(EMAIL, PASSWORD))
                .post(service.uri("/auth/login"));
    }

    private static String signIn(Instance service) {
        return login(service).then().statusCode(200).extract().path("access_token");
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }

    private static Response models(Instance service, String token) {
        return as(token).get(service.uri("/models"));
    }

    @Test
    void aSessionEndsWhenItIsNotUsedAndNotBefore() throws Exception {
        try (Instance service = instance(Map.of("PLEXE_SESSION_IDLE", "2s"))) {
            String token = signIn(service);
            for (int i = 0; i < 6; i++) {
                Thread.sleep(500);
                models(service, token).then().statusCode(200);
            }

            Thread.sleep(2500);

            Problems.expect(models(service, token), 401, "session_expired");
            as(token).get(service.uri("/auth/sessions")).then().statusCode(401);
        }
    }

    @Test
    void aSessionEndsAfterItsLongestLifeHoweverMuchItIsUsed() throws Exception {
        try (Instance service = instance(Map.of("PLEXE_SESSION_MAX", "3s"))) {
            String token = signIn(service);
            models(service, token).then().statusCode(200);

            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> models(service, token).statusCode() == 401);

            Problems.expect(models(service, token), 401, "session_expired");
        }
    }

    @Test
    void aSessionEndsOnEveryInstanceAtOnce() throws Exception {
        try (Instance one = instance(Map.of());
                Instance two = instance(Map.of())) {
            for (int i = 0; i < 20; i++) {
                String token = signIn(one);
                models(two, token).then().statusCode(200);

                as(token).post(one.uri("/auth/logout")).then().statusCode(204);

                Problems.expect(models(two, token), 401, "invalid_session");
            }
        }
    }

    @Test
    void inABrowserItIsACookieOfThisHostAlone() throws Exception {
        try (Instance service = instance(Map.of())) {
            String cookie = login(service).header("Set-Cookie");

            assertTrue(cookie.startsWith("__Host-plexe_session=ey"), "name");
            assertTrue(cookie.endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure"), "attributes");
            given().header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                    .get(service.uri("/models"))
                    .then()
                    .statusCode(200)
                    .header("Strict-Transport-Security", "max-age=31536000");
        }
    }

    @Test
    void aFlushedRedisAsksPeopleToSignInAgainAndNothingElse() throws Exception {
        try (RedisProcess redis = RedisProcess.start(Instance.freePort(), directory);
                Instance service =
                        instance(Map.of("PLEXE_REDIS_URL", redis.url().toString()))) {
            String token = signIn(service);
            models(service, token).then().statusCode(200);

            assertEquals("+OK", redis.ask("FLUSHALL"));

            Problems.expect(models(service, token), 401, "session_expired");
            models(service, signIn(service)).then().statusCode(200);
        }
    }

    @Test
    void aSnapshotFromBeforeTheSignOutBringsNothingBack() throws Exception {
        int port = Instance.freePort();
        RedisProcess redis = RedisProcess.start(port, directory);
        URI url = redis.url();
        try (Instance service = instance(Map.of("PLEXE_REDIS_URL", url.toString()))) {
            String token = signIn(service);
            assertEquals("+OK", redis.ask("SAVE"));
            as(token).post(service.uri("/auth/logout")).then().statusCode(204);

            redis.close();
            redis = RedisProcess.start(port, directory);

            Response answer =
                    await().atMost(A_WHILE).until(() -> models(service, token), models -> models.statusCode() != 503);
            Problems.expect(answer, 401, "invalid_session");
        } finally {
            redis.close();
        }
    }

    @Test
    void aSensitiveActionAsksForARecentProofAndTheProofMakesNoSecondSession() throws Exception {
        try (Instance service = instance(Map.of("PLEXE_SESSION_RECENT_PROOF", "2s"))) {
            String token = signIn(service);
            as(token).delete(service.uri("/auth/sessions")).then().statusCode(204);
            String key = "{\"name\": \"x\", \"permission_level\": \"read_only\"}";
            String id = as(token)
                    .body(key)
                    .post(service.uri("/auth/api-keys"))
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("key_id");
            Thread.sleep(2100);

            Problems.expect(as(token).body(key).post(service.uri("/auth/api-keys")), 403, "reauthentication_required");
            Problems.expect(
                    as(token).body("{\"permission_level\": \"admin\"}").patch(service.uri("/auth/api-keys/" + id)),
                    403,
                    "reauthentication_required");
            as(token).delete(service.uri("/auth/api-keys/" + id)).then().statusCode(200);

            String renewed = as(token)
                    .body("{\"password\": \"" + PASSWORD + "\"}")
                    .post(service.uri("/auth/session/reauthenticate"))
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("access_token");
            as(token).body(key).post(service.uri("/auth/api-keys")).then().statusCode(200);
            as(renewed).body(key).post(service.uri("/auth/api-keys")).then().statusCode(200);
            as(renewed)
                    .get(service.uri("/auth/sessions"))
                    .then()
                    .statusCode(200)
                    .body("sessions", hasSize(1));
        }
    }

    @Test
    void signingKeysRotateWithOverlapAndEndAtOnceIfRevoked() throws Exception {
        try (Instance one = instance(Map.of("PLEXE_SESSION_SIGNING_KEY_NOTICE", "1s"));
                Instance two = instance(Map.of("PLEXE_SESSION_SIGNING_KEY_NOTICE", "1s"))) {
            String before = signIn(one);
            int published = keys(one).size();

            rotate(one, false);

            assertEquals(published + 1, keys(one).size());
            await().atMost(A_WHILE).until(() -> keys(two).size() == published + 1);
            await().atMost(A_WHILE).until(() -> !kid(signIn(one)).equals(kid(before)));
            models(one, before).then().statusCode(200);
            models(two, before).then().statusCode(200);

            rotate(one, true);

            Problems.expect(models(one, before), 401, "invalid_session");
            assertEquals(1, keys(one).size());
            await().atMost(A_WHILE).until(() -> models(two, before).statusCode() == 401);
            String after = signIn(one);
            assertNotEquals(kid(before), kid(after));
            models(one, after).then().statusCode(200);
            await().atMost(A_WHILE).until(() -> models(two, after).statusCode() == 200);
        }
    }

    private static void rotate(Instance service, boolean revoke) {
        service.as(Backends.adminKey())
                .request()
                .body("{\"revoke\": " + revoke + "}")
                .post("/auth/signing-keys/rotate")
                .then()
                .statusCode(204);
    }

    private static List<String> keys(Instance service) {
        return given().get(service.uri("/.well-known/jwks.json")).path("keys.kid");
    }

    private static String kid(String token) {
        return token.split("\\.")[0];
    }

    @Test
    void withoutTheMasterKeyTheServiceDoesNotStart() throws Exception {
        for (String key : new String[] {"", "c2hvcnQ="}) {
            try (Instance service = Instance.launch(Map.of(
                    "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                    "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                    "PLEXE_MASTER_KEY", key))) {
                await().atMost(A_WHILE).until(() -> !service.process().isAlive());

                assertTrue(service.log().contains("PLEXE_MASTER_KEY"), service::log);
                assertNotEquals(0, service.process().exitValue());
            }
        }
    }
}
