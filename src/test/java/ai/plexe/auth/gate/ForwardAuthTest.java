package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway is told about the request that it asks for. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ForwardAuthTest {

    private final Api admin = Api.ofNewAccount();
    private Api.Key reader;
    private Api.Key writer;

    @BeforeEach
    void makeKeys() {
        reader = admin.key("read_only");
        writer = admin.key("read_write");
    }

    private Response verify(Api.Key key, String method, String query) {
        return given().header("x-api-key", key.secret()).request(method, "/auth/verify" + query);
    }

    @Test
    void aGoodKeyIsIdentified() {
        verify(reader, "GET", "")
                .then()
                .statusCode(200)
                .body(emptyString())
                .header("X-Auth-Account-Id", matchesPattern("acc_[0-9a-z]{26}"))
                .header("X-Auth-Key-Id", equalTo(reader.id()))
                .header("X-Auth-Permission-Level", equalTo("read_only"))
                .header("RateLimit", notNullValue())
                .header("X-RateLimit-Remaining", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void readingMethodsNeedReadOnly(String method) {
        verify(reader, method, "").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"})
    void otherMethodsNeedReadWrite(String method) {
        Problems.expect(verify(reader, method, ""), 403, "insufficient_permissions")
                .body("required_level", equalTo("read_write"))
                .header("X-Auth-Key-Id", nullValue());
        verify(writer, method, "").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"GET, 200", "POST, 403", "DELETE, 403", "PROPFIND, 403", "get, 403", "'', 403", "'GET, POST', 403"})
    void theForwardedMethodDecides(String method, int status) {
        given().header("x-api-key", reader.secret())
                .header("X-Forwarded-Method", method)
                .get("/auth/verify")
                .then()
                .statusCode(status);
    }

    @ParameterizedTest
    @CsvSource({"POST, GET, 403", "DELETE, HEAD, 403", "PROPFIND, GET, 403", "HEAD, GET, 200", "OPTIONS, POST, 403"})
    void aForwardedMethodDoesNotOutrankTheMethodItself(String method, String forwarded, int status) {
        given().header("x-api-key", reader.secret())
                .header("X-Forwarded-Method", forwarded)
                .request(method, "/auth/verify")
                .then()
                .statusCode(status);
    }

    @Test
    void ofSeveralForwardedMethodsTheStrictestDecides() {
        given().header("x-api-key", reader.secret())
                .header("X-Forwarded-Method", "GET", "POST")
                .get("/auth/verify")
                .then()
                .statusCode(403);
    }

    @Test
    void aNamedLevelDecidesWhateverTheMethod() {
        verify(reader, "POST", "?level=read_only").then().statusCode(200);
        verify(writer, "GET", "?level=read_write").then().statusCode(200);
        Problems.expect(verify(writer, "GET", "?level=admin"), 403, "insufficient_permissions")
                .body("required_level", equalTo("admin"));
        Problems.expectInvalid(verify(writer, "GET", "?level=root"), "level");
        Problems.expectInvalid(verify(writer, "GET", "?level="), "level");
        Problems.expectInvalid(verify(writer, "GET", "?level=read_only&level=admin"), "level");
    }

    @Test
    void aCopiedContentEncodingDoesNotMatterWhereNoBodyIsRead() {
        given().header("x-api-key", writer.secret())
                .header("Content-Encoding", "gzip")
                .get("/auth/verify")
                .then()
                .statusCode(200);
        given().header("x-api-key", writer.secret())
                .header("Content-Encoding", "gzip")
                .contentType("application/json")
                .body("{}")
                .post("/auth/verify")
                .then()
                .statusCode(200);
        admin.request().header("Content-Encoding", "gzip").get("/models").then().statusCode(200);
    }

    @Test
    void anIdentityFromOutsideIsNotEchoed() {
        given().header("x-api-key", reader.secret())
                .header("X-Auth-Account-Id", "acc_forged")
                .header("X-Auth-Permission-Level", "admin")
                .get("/auth/verify")
                .then()
                .statusCode(200)
                .header("X-Auth-Account-Id", matchesPattern("acc_[0-9a-z]{26}"))
                .header("X-Auth-Permission-Level", equalTo("read_only"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 200",
                "203.0.113.9, 192.0.2.1 | 200",
                "not an address, 192.0.2.1 | 200",
                "192.0.2.1, 127.0.0.1 | 200",
                "192.0.2.1, 203.0.113.9 | 403",
                "192.0.2.1, 203.0.113.9, ::1 | 403",
                "192.0.2.1, not an address | 403",
                "192.0.2.1:1234 | 200",
                "[2001:db8:1::7]:443 | 200",
                "192.0.2.2 | 403",
                "2001:db8:1::7 | 200",
                "2001:db9::7 | 403",
            })
    void theClientIsTheLastAddressThatNoTrustedProxyHas(String forwardedFor, int status) {
        Api.Key fenced = admin.key("read_only", ", \"allowed_ips\": [\"192.0.2.1\", \"2001:db8::/32\"]");

        given().header("x-api-key", fenced.secret())
                .header("X-Forwarded-For", forwardedFor)
                .header("Forwarded", "for=192.0.2.1")
                .header("X-Real-IP", "192.0.2.1")
                .get("/auth/verify")
                .then()
                .statusCode(status);
    }
}
