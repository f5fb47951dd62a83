package ai.plexe.auth.gate;

import static org.hamcrest.Matchers.equalTo;
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

/** A header that an operator adds by Quarkus's own settings is on resources' answers, late as it may come. */
@QuarkusTest
@TestProfile(FilterSettingTest.Adding.class)
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class FilterSettingTest {

    private static final int AFTER_THE_ENTRANCE = 100;

    public static class Adding implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.filter.models.matches", "/models",
                    "quarkus.http.filter.models.order", String.valueOf(AFTER_THE_ENTRANCE),
                    "quarkus.http.filter.models.header.\"X-Region\"", "eu");
        }
    }

    @Test
    void resourcesAreNoExceptions() {
        Api.admin().request().get("/models").then().statusCode(200).header("X-Region", equalTo("eu"));
        Api.admin().request().get("/auth/api-keys").then().statusCode(200).header("X-Region", nullValue());
    }
}
