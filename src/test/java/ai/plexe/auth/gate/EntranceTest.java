package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.RawHttp;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is judged once, by what its method needs, however its path is spelled. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class EntranceTest {

    private static final String REMAINING = "X-RateLimit-Remaining";

    private final Api admin = Api.ofNewAccount();

    private static String send(String method, String path, String secret) throws IOException {
        return RawHttp.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: "
                + secret + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static int remaining(String answer) {
        Matcher header = Pattern.compile("(?i)" + REMAINING + ": (\\d+)").matcher(answer);
        assertTrue(header.find(), answer);
        return Integer.parseInt(header.group(1));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /models, 1",
        "GET, /models/, 1",
        "GET, /%6dodels, 1",
        "GET, /auth/../models, 1",
        "GET, /models;v=1, 1",
        "HEAD, /models, 1",
        "GET, /models/mdl_0, 1",
        "GET, /auth/api-keys/limits, 1",
        "GET, /auth/api-keys%2Flimits, 0",
        "GET, /auth/api-keys%2Flimits;x, 1",
        "GET, /auth/api-keys/verify, 1",
        "POST, /auth/api-keys, 1",
        "PUT, /models, 0",
        "GET, /nowhere, 0"
    })
    void oneRequestIsOneUseAtMost(String method, String path, int uses) throws IOException {
        Api.Key key = admin.key("admin", ", \"rate_limit\": {\"requests\": 100, \"window_seconds\": 3600}");

        String answer = send(method, path, key.secret());

        assertEquals(99 - uses, remaining(send("GET", "/models", key.secret())), () -> "after " + answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/csv", "application/x-ndjson"})
    void whatComesInSeveralFormsIsJudgedOnce(String form) {
        Api.Key key = admin.key("admin", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 3600}");

        given().header("x-api-key", key.secret())
                .accept(form)
                .get("/auth/access-logs")
                .then()
                .statusCode(200)
                .header(REMAINING, equalTo("0"));

        new AccessLogs(admin).await(Map.of("key_id", key.id(), "event", "key.use"), entries -> entries.size() == 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/auth/access-logs",
                "/auth/access-logs/",
                "/auth/access-logs;x",
                "/auth%2Faccess-logs",
                "/auth%2Faccess-logs;x=1",
                "/auth/./access-logs",
                "/models/../auth/access-logs"
            })
    void noSpellingLowersTheLevel(String path) throws IOException {
        String answer = send("GET", path, admin.key("read_write").secret());

        assertTrue(answer.startsWith("HTTP/1.1 403 ") || answer.startsWith("HTTP/1.1 404 "), answer);
    }

    /** The connection is used again, so what is left unread must not be taken for the next request. */
    @ParameterizedTest
    @CsvSource({
        "/models, garbage, 401",
        "/models, read_only, 403",
        "/auth/verify, garbage, 401",
        "/auth/verify, read_write, 200"
    })
    void aBodyThatNobodyReadsIsPassedOver(String path, String level, int status) throws IOException {
        String secret = level.equals("garbage") ? level : admin.key(level).secret();
        String piece = "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
        String begin = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nx-api-key: "
                + secret;
        String end = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        List<String> expected = List.of("HTTP/1.1 " + status, "HTTP/1.1 404");

        String known = RawHttp.send(begin + "\r\nContent-Length: " + piece.length() + "\r\n\r\n" + piece + end);
        String chunk = Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n";
        String chunked =
                RawHttp.send(begin + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(100) + "0\r\n\r\n" + end);

        assertEquals(expected, statuses(known), known);
        assertEquals(expected, statuses(chunked), chunked);
    }

    private static List<String> statuses(String answers) {
        return Pattern.compile("HTTP/1.1 \\d+")
                .matcher(answers)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void aGatewayIsToldOfALevelThatDoesNotExistBeforeAnythingIsCounted() {
        Api.Key key = admin.key("admin", ", \"rate_limit\": {\"requests\": 2, \"window_seconds\": 3600}");

        given().header("x-api-key", key.secret())
                .get("/auth/verify?level=root")
                .then()
                .statusCode(400);
        given().header("x-api-key", key.secret())
                .get("/auth/verify")
                .then()
                .statusCode(200)
                .header(REMAINING, equalTo("1"));
    }
}
