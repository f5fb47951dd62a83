package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator forbids by Quarkus's own settings is forbidden. */
@QuarkusTest
@TestProfile(RouterSettingsTest.Forbidding.class)
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RouterSettingsTest {

    public static class Forbidding implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.auth.permission.none.paths", "/models/*",
                    "quarkus.http.auth.permission.none.policy", "deny");
        }
    }

    @Test
    void resourcesAreNoExceptions() {
        Api.admin().request().get("/models").then().statusCode(401);
        Api.admin().request().get("/auth/api-keys").then().statusCode(200);
        given().get("/.well-known/jwks.json").then().statusCode(200);
    }
}
