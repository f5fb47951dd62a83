package ai.plexe.auth.openapi;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.toSet;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Header;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document tells what is true. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class OpenApiTest {

    private final Api admin = Api.ofNewAccount();

    private static ValidatableResponse document() {
        return given().get("/q/openapi?format=json").then().statusCode(200);
    }

    @Test
    void theApiIsDescribedWithItsErrorsAndExamples() {
        document()
                .body("paths.'/auth/api-keys'.post.responses.'429'", notNullValue())
                .body("paths.'/auth/api-keys'.post.responses.'400'", notNullValue())
                .body("paths.'/auth/api-keys/{key_id}'.delete.responses.'404'", notNullValue())
                .body("paths.'/models'.get.responses.'401'", notNullValue())
                .body("paths.'/models'.get.security", notNullValue())
                .body(
                        "paths.'/auth/password'.post.responses.'403'.content.'application/problem+json'.examples",
                        allOf(hasKey("reauthentication_required"), hasKey("cross_site_request")))
                .body(
                        "paths.'/auth/sessions'.get.responses.'401'.content.'application/problem+json'.examples",
                        allOf(hasKey("invalid_session"), hasKey("session_expired"), not(hasKey("invalid_key"))))
                .body("components.securitySchemes.session.scheme", equalTo("bearer"))
                .body("components.schemas.Problem.properties.request_id", notNullValue())
                .body("components.schemas.ApiKey.properties.key_preview.examples", notNullValue())
                .body("components.securitySchemes.apiKey.name", equalTo("x-api-key"));
        given().get("/q/swagger-ui/").then().statusCode(200);
    }

    @Test
    void everyOperationIsOpenedByWhatItSays() {
        Map<String, Map<String, Map<String, ?>>> paths = document().extract().path("paths");
        paths.forEach((path, operations) -> operations.forEach((method, operation) -> {
            List<?> security = (List<?>) operation.get("security");
            RequestSpecification request = given();
            if (operation.containsKey("requestBody")) {
                request.contentType(method.equals("patch") ? "application/merge-patch+json" : "application/json")
                        .body("{}");
            }
            Response answer = request.request(method, path.replaceAll("\\{.*?}", "x"));
            if (security.isEmpty()) {
                assertNotEquals(401, answer.statusCode(), path);
            } else {
                boolean byKey = security.contains(Map.of("apiKey", List.of()));
                answer.then().statusCode(401).body("code", equalTo(byKey ? "invalid_key" : "invalid_session"));
            }
        }));
    }

    @Test
    void noPageOfAnotherSitePostsWhatIsOpenToAll() {
        Map<String, Map<String, Map<String, ?>>> paths = document().extract().path("paths");
        List<String> open = paths.entrySet().stream()
                .filter(path -> path.getValue().containsKey("post"))
                .filter(path -> ((List<?>) path.getValue().get("post").get("security")).isEmpty())
                .map(Map.Entry::getKey)
                .toList();

        assertTrue(open.contains("/auth/signup") && open.contains("/auth/password/reset"), open::toString);
        for (String path : open) {
            for (String type : List.of("application/json", "text/plain")) {
                Response answer = given().header("Origin", "https://evil.example.org")
                        .cookie("plexe_session", "any")
                        .contentType(type)
                        .body("{}")
                        .post(path);
                assertTrue(Set.of(403, 415).contains(answer.statusCode()), path);
            }
        }
    }

    @Test
    void answersCarryTheHeadersThatAreDocumented() {
        Api limited = admin.as(admin.key("read_only", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 3600}")
                .secret());
        Api.Key revoked = admin.key("read_only");
        admin.revoke(revoked.id());

        expectHeaders("get", 200, limited.models());
        expectHeaders("get", 429, limited.models());
        expectHeaders("get", 400, admin.request().get("/models?limit=0"));
        expectHeaders("get", 401, admin.as(revoked.secret()).models());
        expectHeaders("post", 201, admin.request().body("{\"name\": \"x\"}").post("/models"));
        expectHeaders(
                "post",
                403,
                admin.as(admin.key("read_only").secret()).request().body("{}").post("/models"));
        expectHeaders(
                "post", 415, admin.request().contentType("text/plain").body("x").post("/models"));
        document()
                .body("paths.'/models'.get.responses.'503'.headers.'Retry-After'", notNullValue())
                .body(
                        "paths.collectMany { it.value.values() }.collectMany { it.responses.values() }"
                                + ".collect { it.headers.'X-Request-Id' }",
                        everyItem(notNullValue()));
    }

    @Test
    void theServerIsTheOneThatWasAsked() {
        document().body("servers.url", equalTo(List.of("/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/models", "/auth/api-keys"})
    void theDocumentedBoundsOfLimitAreEnforced(String list) {
        Map<String, ?> limit = document()
                .extract()
                .jsonPath()
                .get("paths.'" + list + "'.get.parameters.find { it.name == 'limit' }.schema");

        assertEquals(Map.of("type", "integer", "minimum", 1, "maximum", 200, "default", 50), limit);
        for (int allowed : List.of(1, 200)) {
            admin.request().get(list + "?limit=" + allowed).then().statusCode(200);
        }
        for (int refused : List.of(0, 201)) {
            Problems.expectInvalid(admin.request().get(list + "?limit=" + refused), "limit");
        }
    }

    @Test
    void answersHaveTheMembersThatArePromised() {
        Api.Key key = admin.key("read_only");
        JsonPath explained = admin.verify("{\"key\": \"" + key.secret() + "\", \"explain\": true}")
                .jsonPath();
        Response unknown = admin.verify("{\"key\": \"" + Api.unknownKey() + "\"}");
        Response made =
                admin.request().body("{\"name\": \"without description\"}").post("/models");

        expect("ApiKey", admin.get(key.id()).path(""));
        expect("ApiKey", admin.revoke(key.id()).path(""));
        expect("ApiKeyList", admin.list(Map.of()).path(""));
        expect("ApiKeyList", admin.list(Map.of("limit", 1, "status", "all")).path(""));
        expect("KeyOutcome", explained.get(""));
        expect("KeyOutcome", unknown.path(""));
        expect("RateLimitStatus", explained.get("rate_limit"));
        explained.<Map<String, ?>>getList("checks").forEach(check -> expect("Check", check));
        expect("Model", made.path(""));
        expect("Problem", admin.get("key_0").path(""));
        expect("Problem", admin.create("{}").path(""));
    }

    @Test
    void aPatchRequiresNothingAndTakesNull() {
        JsonPath document = document().extract().jsonPath();
        String ref = document.getString(
                "paths.'/auth/api-keys/{key_id}'.patch.requestBody.content." + "'application/json'.schema.'$ref'");
        Map<String, ?> patch = schema(document, ref.substring(ref.lastIndexOf('/') + 1));

        assertEquals(List.of(), required(patch));
        assertEquals(
                properties(schema(document, "KeySettings")).keySet(),
                properties(patch).keySet());
        properties(patch).forEach((member, type) -> assertTrue(canBeNull(type), member));
    }

    private static void expect(String name, Map<String, ?> answer) {
        Map<String, ?> schema = schema(document().extract().jsonPath(), name);
        Set<Object> missing = new TreeSet<>(required(schema));
        missing.removeAll(answer.keySet());
        Set<String> unknown = new TreeSet<>(answer.keySet());
        unknown.removeAll(properties(schema).keySet());

        assertEquals(Set.of(), missing, () -> "missing in " + answer);
        assertEquals(Set.of(), unknown, () -> "unknown in " + answer);
        answer.forEach((member, value) ->
                assertTrue(value != null || canBeNull(properties(schema).get(member)), () -> member + " in " + answer));
    }

    private static void expectHeaders(String method, int status, Response answer) {
        JsonPath document = document().extract().jsonPath();
        Set<?> everywhere = document.getMap("components.headers").keySet();
        Set<?> documented = document.getMap("paths.'/models'.%s.responses.'%d'.headers".formatted(method, status))
                .keySet();
        Set<String> carried =
                answer.headers().asList().stream().map(Header::getName).collect(toSet());

        answer.then().statusCode(status);
        documented.retainAll(everywhere);
        carried.retainAll(everywhere);
        assertEquals(documented, carried);
    }

    private static Map<String, ?> schema(JsonPath document, String name) {
        return document.getMap("components.schemas." + name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, ?>> properties(Map<String, ?> schema) {
        return (Map<String, Map<String, ?>>) schema.get("properties");
    }

    private static List<?> required(Map<String, ?> schema) {
        return schema.get("required") instanceof List<?> members ? members : List.of();
    }

    private static boolean canBeNull(Map<String, ?> type) {
        return type.get("type") instanceof List<?> types && types.contains("null")
                || type.get("anyOf") instanceof List<?> choices && choices.contains(Map.of("type", "null"));
    }
}
