package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.RawHttp;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
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

    /** As Caddy does where its uri does not end in a question mark. */
    @ParameterizedTest
    @CsvSource({
        "DELETE, level=read_only, level=read_only, 403",
        "DELETE, level=read_only&x=1, level=read_only&x=1, 403",
        "GET, level=admin, level=admin, 403",
        "GET, level=read_only, level=read_only, 200",
        "DELETE, level=read_only, x=1, 200",
        "DELETE, level=read_only, level=admin, 200",
        "GET, level=read_write, level=read_only, 403"
    })
    void aQueryThatAGatewayPassesOnLowersNothing(String method, String query, String original, int status) {
        given().header("x-api-key", reader.secret())
                .header("X-Forwarded-Method", method)
                .header("X-Forwarded-Uri", "/orders?" + original)
                .get("/auth/verify?" + query)
                .then()
                .statusCode(status);
    }

    private io.restassured.specification.RequestSpecification nginx(Api.Key key, String method) {
        return given().header("x-api-key", key.secret())
                .header("X-Original-Method", method)
                .header("X-Original-URI", "/orders?token=secret");
    }

    @Test
    void nginxIsToldWhoItIs() {
        nginx(reader, "GET")
                .get("/auth/verify/nginx")
                .then()
                .statusCode(200)
                .header("X-Auth-Key-Id", equalTo(reader.id()))
                .header("X-RateLimit-Remaining", notNullValue())
                .header("X-Auth-Status", nullValue());
        nginx(writer, "POST").get("/auth/verify/nginx").then().statusCode(200);
        nginx(writer, "POST").get("/auth/verify/nginx?level=admin").then().statusCode(403);
    }

    @ParameterizedTest
    @CsvSource({"POST", "PROPFIND", "get", "''", "'GET, POST'"})
    void nginxTellsTheMethodThatDecides(String method) {
        nginx(reader, method).get("/auth/verify/nginx").then().statusCode(403);
    }

    @Test
    void nginxMustTellTheMethodAndNobodyTellsItTwice() {
        given().header("x-api-key", reader.secret())
                .get("/auth/verify/nginx")
                .then()
                .statusCode(403);
        given().header("x-api-key", reader.secret())
                .header("X-Forwarded-Method", "GET")
                .get("/auth/verify/nginx")
                .then()
                .statusCode(403);
        given().header("x-api-key", reader.secret())
                .header("X-Original-Method", "GET", "POST")
                .get("/auth/verify/nginx")
                .then()
                .statusCode(403);
        nginx(reader, "GET").post("/auth/verify/nginx").then().statusCode(403);
    }

    @Test
    void whatNginxIsToldElsewhereCountsForNothing() {
        given().header("x-api-key", reader.secret())
                .header("X-Original-Method", "POST")
                .get("/auth/verify")
                .then()
                .statusCode(200);
    }

    /** By what is looked at before any credential. */
    @ParameterizedTest
    @CsvSource({"Content-Length: 70000, 413", "Host: b, 400", "Transfer-Encoding: gzip, 400"})
    void whatIsRefusedForItsHeadIsFoldedForNginx(String header, String status) throws IOException {
        String answer = RawHttp.send("GET /auth/verify/nginx HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("X-Auth-Status: " + status + "\r\n"), answer);
        assertTrue(answer.contains("X-Auth-Problem: {"), answer);
    }

    @Test
    void refusalsAreFoldedForNginxWithAllThatTheClientIsOwed() {
        nginx(new Api.Key("", Api.unknownKey()), "GET")
                .get("/auth/verify/nginx")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", notNullValue())
                .header("X-Auth-Status", equalTo("401"))
                .header("X-Auth-Error", equalTo("invalid_key"))
                .header("X-Auth-Problem", matchesPattern("\\{.*\"code\":\"invalid_key\".*}"));
        nginx(reader, "DELETE")
                .get("/auth/verify/nginx")
                .then()
                .statusCode(403)
                .header("X-Auth-Status", equalTo("403"))
                .header("X-Auth-Error", equalTo("insufficient_permissions"));
        nginx(reader, "GET")
                .get("/auth/verify/nginx?level=root")
                .then()
                .statusCode(403)
                .header("X-Auth-Status", equalTo("400"))
                .header("X-Auth-Error", equalTo("validation_failed"));
        Api.Key once = admin.key("read_only", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 60}");
        nginx(once, "GET").get("/auth/verify/nginx").then().statusCode(200);
        nginx(once, "GET")
                .get("/auth/verify/nginx")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .header("X-Auth-Status", equalTo("429"))
                .header("X-Auth-Error", equalTo("rate_limit_exceeded"))
                .header("Retry-After", notNullValue())
                .header("X-Auth-Problem", matchesPattern("\\{.*\"status\":429.*}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/orders/7", "/orders?level=read_only", "/%2e%2e/%2e%2e/q/health/live", "//x", "/nginx"
            })
    void envoyAppendsWhateverItIsAskedFor(String target) {
        String path = "/auth/verify/envoy" + target;
        given().urlEncodingEnabled(false)
                .header("x-api-key", reader.secret())
                .get(path)
                .then()
                .statusCode(200)
                .header("X-Auth-Key-Id", equalTo(reader.id()));
        Problems.expect(
                given().urlEncodingEnabled(false)
                        .header("x-api-key", reader.secret())
                        .post(path),
                403,
                "insufficient_permissions");
        Problems.expect(given().urlEncodingEnabled(false).get(path), 401, "invalid_key");
    }

    /** What a client made Envoy append must not be answered by something else, least of all with a 200. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../q/health/live",
                "/../../verify?level=read_only",
                "/../nginx",
                "/./../../../.well-known/jwks.json",
                "/..;/..;/q/health/live"
            })
    void aPathThatLeadsElsewhereLeadsNowhere(String target) throws Exception {
        String request = "POST /auth/verify/envoy" + target
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n";

        assertTrue(RawHttp.send(request + "\r\n").startsWith("HTTP/1.1 401"));
        assertTrue(RawHttp.send(request + "x-api-key: " + reader.secret() + "\r\n\r\n")
                .startsWith("HTTP/1.1 403"));
    }

    /** A gateway whose configuration is nearly right must not be let in by something else, nor may a client choose who answers. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/auth/verify/", "/auth/%76erify", "/auth//verify", "/auth/verify/nginx/", "/auth/verify/traefik"
            })
    void whatIsNotQuiteAGatewaysPathIsNotFound(String path) throws Exception {
        String answer = RawHttp.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: "
                + writer.secret() + "\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 404 ") && answer.contains("\"not_found\""), answer);
    }

    @Test
    void whatEnvoyAppendsIsNoLabelOfAMetric() {
        String appended = UUID.randomUUID().toString();

        given().header("x-api-key", reader.secret())
                .get("/auth/verify/envoy/" + appended)
                .then()
                .statusCode(200);
        given().get("/auth/verify/envoy/" + appended).then().statusCode(401);

        String metrics = given().get("/q/metrics").asString();
        assertTrue(metrics.contains("uri=\"/auth/verify/envoy\""));
        assertFalse(metrics.contains(appended));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/auth/verify | X-Forwarded-Method | X-Forwarded-Uri | /auth/verify",
                "/auth/verify/nginx | X-Original-Method | X-Original-URI | /auth/verify/nginx",
            })
    void theLogTellsTheOriginalRequestWithoutItsQuery(String path, String method, String uri, String asked) {
        given().header("x-api-key", writer.secret())
                .header(method, "PUT")
                .header(uri, "/orders/7?token=secret")
                .get(path)
                .then()
                .statusCode(200);

        new AccessLogs(admin)
                .await(
                        Map.of("key_id", writer.id(), "event", "key.use"),
                        entries -> entries.size() == 1
                                && "PUT".equals(entries.get(0).text("method"))
                                && "/orders/7".equals(entries.get(0).text("path")));
    }

    @Test
    void theLogTellsWhatEnvoyAppended() {
        given().header("x-api-key", writer.secret())
                .put("/auth/verify/envoy/orders/7?token=secret")
                .then()
                .statusCode(200);

        new AccessLogs(admin)
                .await(
                        Map.of("key_id", writer.id(), "event", "key.use"),
                        entries -> entries.size() == 1
                                && "PUT".equals(entries.get(0).text("method"))
                                && "/orders/7".equals(entries.get(0).text("path")));
    }
}
