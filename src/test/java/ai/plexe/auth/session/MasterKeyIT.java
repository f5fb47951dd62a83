package ai.plexe.auth.session;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import io.restassured.http.ContentType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The master key is replaced while people are signed in, instance by instance, and they stay so. */
class MasterKeyIT {

    private static final String MASTER = "PLEXE_MASTER_KEY";
    private static final String NEXT = "PLEXE_MASTER_KEY_NEXT";
    private static final String PREVIOUS = "PLEXE_MASTER_KEY_PREVIOUS";
    private static final String EMAIL = "owner@example.org";
    private static final String PASSWORD = "seven green umbrellas dance";

    private final String old = Backends.newMasterKey();
    private final String fresh = Backends.newMasterKey();
    private LocalServers servers;

    private Instance launch(Map<String, String> keys) throws Exception {
        Map<String, String> environment = new HashMap<>(keys);
        environment.put("PLEXE_DATABASE_URL", servers.databaseUrl().toString());
        environment.put("PLEXE_REDIS_URL", servers.redisUrl().toString());
        environment.put("PLEXE_PUBLIC_URL", "http://localhost");
        environment.put("PLEXE_BOOTSTRAP_EMAIL", EMAIL);
        environment.put("PLEXE_BOOTSTRAP_PASSWORD", PASSWORD);
        return Instance.launch(environment);
    }

    private Instance start(Map<String, String> keys) throws Exception {
        Instance instance = launch(keys);
        instance.awaitReady();
        return instance;
    }

    private static String signIn(Instance service) {
        return given().contentType(ContentType.JSON)
                .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(EMAIL, PASSWORD))
                .post(service.uri("/auth/login"))
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
    }

    private static void isSignedIn(String token, Instance service) {
        given().header("Authorization", "Bearer " + token)
                .get(service.uri("/auth/session"))
                .then()
                .statusCode(200);
    }

    /** What an instance of the step before makes late, it wraps with the old key. */
    private static void rotateSigningKey(Instance service) {
        given().header("Authorization", "Bearer " + signIn(service))
                .contentType(ContentType.JSON)
                .post(service.uri("/auth/signing-keys/rotate"))
                .then()
                .statusCode(204);
    }

    @Test
    void itIsReplacedStepByStep() throws Exception {
        try (LocalServers started = LocalServers.startFresh()) {
            servers = started;
            String before;
            try (Instance atFirst = start(Map.of(MASTER, old))) {
                before = signIn(atFirst);
            }
            try (Instance prepared = start(Map.of(MASTER, old, NEXT, fresh));
                    Instance replaced = start(Map.of(MASTER, fresh, PREVIOUS, old))) {
                isSignedIn(before, prepared);
                isSignedIn(before, replaced);
                isSignedIn(signIn(prepared), replaced);
                isSignedIn(signIn(replaced), prepared);
                rotateSigningKey(prepared);
            }
            isRefused(Map.of(MASTER, fresh), "PLEXE_MASTER_KEY is not the one it was wrapped with");
            start(Map.of(MASTER, fresh, PREVIOUS, old)).close();
            try (Instance restarted = start(Map.of(MASTER, old, NEXT, fresh))) {
                isSignedIn(before, restarted);
            }
            try (Instance done = start(Map.of(MASTER, fresh))) {
                isSignedIn(before, done);
            }
            isRefused(Map.of(MASTER, old), "PLEXE_MASTER_KEY is not the one it was wrapped with");
            isRefused(Map.of(MASTER, fresh, NEXT, old + "x"), "PLEXE_MASTER_KEY_NEXT must be 32 bytes in base64");
        }
    }

    private void isRefused(Map<String, String> keys, String why) throws Exception {
        try (Instance refused = launch(keys)) {
            assertTrue(refused.process().waitFor(60, TimeUnit.SECONDS), refused::log);
            assertTrue(refused.log().contains(why), refused::log);
            assertFalse(refused.log().contains(old), "a secret is in the log");
        }
    }
}
