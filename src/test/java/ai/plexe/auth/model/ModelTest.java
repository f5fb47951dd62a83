package ai.plexe.auth.model;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first protected resource. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ModelTest {

    private final Api admin = Api.ofNewAccount();

    private Response make(String name) {
        return admin.request().body("{\"name\": \"" + name + "\"}").post("/models");
    }

    @Test
    void aModelIsMadeShownAndDeleted() {
        admin.models().then().statusCode(200).body("", empty());

        Response made = admin.request()
                .body("{\"name\": \"churn\", \"description\": \"Who leaves?\"}")
                .post("/models");

        made.then()
                .statusCode(201)
                .body("model_id", matchesPattern("mdl_[0-9a-z]{26}"))
                .body("name", equalTo("churn"));
        String path = made.header("Location").replaceFirst("^https?://[^/]+", "");
        admin.request().get(path).then().statusCode(200).body("description", equalTo("Who leaves?"));
        admin.models().then().statusCode(200).body("size()", is(1)).body("[0].name", equalTo("churn"));
        admin.request().delete(path).then().statusCode(204);
        admin.models().then().body("", empty());
        Problems.expect(admin.request().delete(path), 404, "not_found");
    }

    @Test
    void aLongListIsFollowedByItsLinks() {
        List.of("a", "b", "c").forEach(name -> make(name).then().statusCode(201));

        Response first = admin.request().get("/models?limit=2");

        first.then().body("name", equalTo(List.of("a", "b"))).header("Link", containsString("rel=\"next\""));
        String next = first.header("Link").replaceFirst("<([^>]+)>.*", "$1");
        admin.request()
                .urlEncodingEnabled(false)
                .get(next)
                .then()
                .body("name", equalTo(List.of("c")))
                .header("Link", nullValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | name",
                "{\"name\": \"\"} | name",
                "{\"name\": 1} | name",
                "{\"name\": \"x\", \"description\": \"\\u0000\"} | description",
                "{\"name\": \"x\", \"owner\": \"me\"} | owner",
                " | body",
            })
    void aWrongModelIsNotMade(String json, String field) {
        Problems.expectInvalid(admin.request().body(json == null ? "" : json).post("/models"), field);

        admin.models().then().body("", empty());
    }
}
