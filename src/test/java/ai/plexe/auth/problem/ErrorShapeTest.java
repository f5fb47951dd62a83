package ai.plexe.auth.problem;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.RawHttp;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One shape for every error, the framework's own included, and what every answer carries. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ErrorShapeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nowhere",
                "/auth",
                "/auth/api-keys/",
                "/models/x/y",
                "/q/nowhere",
                "/.env",
                "/auth/api-keys//rotate"
            })
    void anUnknownPathIsNotFound(String path) {
        Problems.expect(
                given().delete(path),
                path.equals("/auth/api-keys/") ? 405 : 404,
                path.equals("/auth/api-keys/") ? "method_not_allowed" : "not_found");
    }

    @Test
    void anUnknownMethodIsToldWhichAreKnown() {
        Problems.expect(Api.admin().request().put("/models"), 405, "method_not_allowed")
                .header("Allow", containsString("GET"))
                .header("Allow", containsString("POST"));
    }

    /** Where a name could be a parameter too, the method decides which it is. */
    @Test
    void whatCouldBeANameOrAParameterIsWhatTheMethodMakesOfIt() {
        Problems.expect(Api.admin().request().get("/auth/api-keys/verify"), 404, "not_found");
        given().options("/auth/api-keys/verify")
                .then()
                .statusCode(204)
                .header("Allow", "DELETE, GET, HEAD, PATCH, POST, OPTIONS");
        given().options("/auth/oauth/join/start").then().statusCode(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sign-in", "/sign-in/", "/settings/account/"})
    void aPageKnowsItsMethodsToo(String path) {
        Problems.expect(given().post(path), 405, "method_not_allowed").header("Allow", "GET, HEAD");
        given().options(path).then().statusCode(204).header("Allow", "GET, HEAD, OPTIONS");
    }

    @Test
    void optionsTellsTheMethodsOfAPathAndInventsNone() {
        given().options("/models").then().statusCode(204).header("Allow", "GET, HEAD, POST, OPTIONS");
        Problems.expect(given().options("/nowhere"), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /models HTTP/1.1\r\nHost:\r\n",
                "GET /models HTTP/1.1\r\nHost: a b\r\n",
                "GET /models HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                "POST /models HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n",
                "POST /models HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n",
                "POST /models HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n",
                "POST /models HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
                "GET /auth/access-logs HTTP/1.1\r\nHost: a\r\nContent-Type: garbage\r\nContent-Length: 2\r\n",
                "GET /auth/access-logs HTTP/1.1\r\nHost: a\r\nContent-Type: a/b/c\r\nContent-Length: 2\r\n",
                "GET /auth/access-logs HTTP/1.1\r\nHost: a\r\nContent-Type:\r\nContent-Length: 2\r\n",
                "POST /models HTTP/1.1\r\nHost: a\r\nContent-Type: application/json, text/plain\r\nContent-Length: 2\r\n",
            })
    void whatAnotherServerCouldReadOtherwiseIsRefused(String head) throws Exception {
        try (Socket socket = RawHttp.open(RestAssured.port, head + "\r\n")) {
            byte[] first = new byte[4096];
            String answer = new String(first, 0, socket.getInputStream().read(first), StandardCharsets.UTF_8);

            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("\"code\":\"validation_failed\""), answer);
            assertTrue(answer.toLowerCase().contains("x-request-id: req_"), answer);
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefusedInTheSameShape() {
        Problems.expect(Api.admin().request().get("/models?" + "x".repeat(8000)), 414, "uri_too_long");
        Problems.expect(
                Api.admin().request().header("X-Long", "x".repeat(16 * 1024)).get("/models"), 431, "headers_too_large");
        Problems.expect(
                Api.admin().request().header("x".repeat(16 * 1024), "x").get("/auth/verify"), 431, "headers_too_large");
        Api.admin()
                .request()
                .header("X-Long", "x".repeat(15 * 1024))
                .get("/models")
                .then()
                .statusCode(200);
    }

    /** A gateway that passes the upgrade on would be passed by all that comes after it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /q/health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
            })
    void inTheClearNobodyGoesOverToHttp2(String bytes) throws Exception {
        String answer = RawHttp.send(bytes);

        assertTrue(answer.startsWith("HTTP/") && !answer.contains(" 101 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "req-1.2_3:4/5+6=", "4bf92f3577b34da6a3ce929d0e0e4736"})
    void aSaneRequestIdIsKept(String id) {
        given().header("X-Request-Id", id)
                .get("/models")
                .then()
                .header("X-Request-Id", id)
                .body("request_id", equalTo(id));
        given().header("X-Request-Id", id).get("/q/health/live").then().header("X-Request-Id", id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "<script>", "a\"b", "{\"a\":1}", "é", "plx_sk_0"})
    void anyOtherRequestIdIsReplaced(String id) {
        given().header("X-Request-Id", id)
                .get("/nowhere")
                .then()
                .header("X-Request-Id", matchesPattern("req_[0-9a-z]+"));
    }

    @Test
    void aLongRequestIdIsReplaced() {
        given().header("X-Request-Id", "a".repeat(129))
                .get("/models")
                .then()
                .header("X-Request-Id", matchesPattern("req_[0-9a-z]+"));
    }

    @Test
    void browsersAreKeptCareful() {
        Api.admin()
                .models()
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store");
    }

    @Test
    void healthCoversBothDependencies() {
        given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body(
                        "checks.name",
                        hasItems("Redis connection health check", "Reactive PostgreSQL connections health check"));
    }

    @Test
    void metricsTellOutcomesAndTimesAndNoSecret() {
        Api.admin().models().then().statusCode(200);
        Api.admin().revoke(Api.admin().key("read_only").id()).then().statusCode(200);

        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("plexe_verifications_total{outcome=\"valid\"}"))
                .body(containsString("plexe_grant_cache_total{result=\"hit\"}"))
                .body(containsString("plexe_key_lookup_latency_seconds_count"))
                .body(containsString("plexe_redis_latency_seconds_count{script=\"admit\"}"))
                .body(containsString("plexe_revocation_lag_seconds"))
                .body(not(containsString("plx_sk_")));
    }

    /** Labels that clients make up fill the metrics until there is no room for those that count. */
    @ParameterizedTest
    @ValueSource(strings = {"//made-up", "/made-up/", "//made-up/", "/%6dade-up", "//models", "//made-up?host"})
    void noClientMakesUpALabel(String path) throws Exception {
        RawHttp.send("GET " + path + " HTTP/1.1\r\nHost: " + (path.endsWith("host") ? "" : "a")
                + "\r\nConnection: close\r\n\r\n");

        given().get("/q/metrics").then().statusCode(200).body(not(containsString("made-up")));
    }

    @Test
    void anAnswerThatNoResourceGivesIsCountedForItsPath() {
        Problems.expect(
                Api.admin().request().contentType("text/plain").body("x").patch("/auth/api-keys/key_0"),
                415,
                "unsupported_media_type");

        given().get("/q/metrics")
                .then()
                .body(matchesPattern("(?s).*status=\"415\",uri=\"/auth/api-keys/\\{key_id}\"}.*"));
    }
}
