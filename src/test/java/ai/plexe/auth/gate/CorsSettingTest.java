package ai.plexe.auth.gate;

import static org.hamcrest.Matchers.nullValue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whom an operator lets read answers across origins by Quarkus's own settings may read resources', and nobody else. */
@QuarkusTest
@TestProfile(CorsSettingTest.Sharing.class)
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class CorsSettingTest {

    private static final String FRIEND = "https://friend.example";
    private static final String ALLOWED = "Access-Control-Allow-Origin";

    public static class Sharing implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.http.cors.enabled", "true", "quarkus.http.cors.origins", FRIEND);
        }
    }

    @Test
    void resourcesAreNoExceptions() {
        Api.admin()
                .request()
                .header("Origin", FRIEND)
                .get("/models")
                .then()
                .statusCode(200)
                .header(ALLOWED, FRIEND);
        Api.admin()
                .request()
                .header("Origin", "https://stranger.example")
                .get("/models")
                .then()
                .statusCode(403)
                .header(ALLOWED, nullValue());
    }
}
