package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not a key is refused as such, whatever it is. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class BadKeyTest {

    static Stream<String> garbage() {
        String good = Backends.adminKey();
        return Stream.of(
                "",
                " ",
                "plx_sk_",
                "x".repeat(8192),
                good.substring(0, good.length() - 1),
                good + "0",
                good + " " + good,
                good.toUpperCase(),
                "Bearer " + good,
                "plx_pk_" + good.substring(7),
                good.substring(0, 20) + (good.charAt(20) == 'a' ? 'b' : 'a') + good.substring(21),
                good.substring(0, 55) + (good.charAt(55) == '0' ? '1' : '0'),
                good.substring(0, 30) + "-" + good.substring(31),
                new String("plx_sk_ключ🔑".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1),
                "' OR 1=1 --");
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void garbageIsInvalid(String key) {
        Problems.expect(given().header("x-api-key", key).get("/models"), 401, "invalid_key");
        Problems.expect(given().header("x-api-key", key).get("/auth/verify"), 401, "invalid_key");
    }

    @Test
    void noKeyIsInvalid() {
        Problems.expect(given().get("/models"), 401, "invalid_key");
        Problems.expect(given().get("/auth/verify"), 401, "invalid_key");
        Problems.expect(given().queryParam("x-api-key", Backends.adminKey()).get("/models"), 401, "invalid_key");
    }

    @Test
    void twoKeysAreInvalidEvenIfBothAreGood() {
        String key = Backends.adminKey();

        Problems.expect(given().header("x-api-key", key, key).get("/models"), 401, "invalid_key");
    }

    @Test
    void aWellFormedUnknownKeyIsInvalid() {
        for (int attempt = 0; attempt < 2; attempt++) {
            Problems.expect(Api.admin().as(Api.unknownKey()).models(), 401, "invalid_key");
        }
    }

    @Test
    void aRefusalNeverRepeatsTheKey() {
        String unknown = Api.unknownKey();

        Response refused = Api.admin().as(unknown).models();

        refused.then().statusCode(401).body(not(containsString(unknown.substring(7, 50))));
        List.of("X-Request-Id", "WWW-Authenticate")
                .forEach(header -> refused.then().header(header, not(containsString(unknown))));
    }

    @Test
    void aRefusedRequestChangesNothing() {
        Response before = Api.admin().models();

        Problems.expect(
                given().header("x-api-key", "x")
                        .contentType("application/json")
                        .body("{\"name\": \"m\"}")
                        .post("/models"),
                401,
                "invalid_key");

        Api.admin().models().then().body(equalTo(before.asString()));
    }
}
