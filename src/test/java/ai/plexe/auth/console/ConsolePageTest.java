package ai.plexe.auth.console;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.DecoderConfig;
import io.restassured.response.Response;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers load before they ask the API anything. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ConsolePageTest {

    private static final Pattern FILE = Pattern.compile("/static/bundle/[^\"]+");

    private static final int MAX_COMPRESSED = 150_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/sign-in",
                "/sign-up",
                "/verify-email",
                "/change-email",
                "/forgot-password",
                "/reset-password",
                "/settings/api-keys",
                "/settings/security",
                "/settings/account",
                "/access-logs",
                "/usage"
            })
    void everyAddressShowsTheConsoleUnderAStrictPolicy(String address) {
        given().get(address)
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .header(
                        "Content-Security-Policy",
                        containsString("default-src 'none'; script-src 'self'; style-src 'self'"))
                .header("Content-Security-Policy", containsString("require-trusted-types-for 'script'"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store")
                .body(containsString("<plexe-console></plexe-console>"));
    }

    @Test
    void thereIsNoOtherPage() {
        for (String address : List.of("/settings", "/settings/api-keys/x", "/sign-in/x", "/console", "/dev/mails")) {
            Problems.expect(given().get(address), 404, "not_found");
        }
    }

    @Test
    void scriptAndStyleAreSmallAndKeptForGood() {
        List<String> files = files();
        assertEquals(2, files.size(), files.toString());
        int compressed = 0;
        for (String file : files) {
            Response answer = given().config(RestAssured.config()
                            .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders()))
                    .header("Accept-Encoding", "br, gzip")
                    .get(file);
            answer.then()
                    .statusCode(200)
                    .header("Cache-Control", "public, max-age=31536000, immutable")
                    .header("Content-Encoding", "gzip")
                    .header("Vary", equalTo("accept-encoding"))
                    .header("X-Content-Type-Options", "nosniff");
            compressed += answer.asByteArray().length;
        }
        assertTrue(compressed < MAX_COMPRESSED, compressed + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip;q=0", "gzip; q=0.0, identity"})
    void whoCanNotUnpackGetsThemAsTheyAre(String accepted) {
        String script = files().get(0);
        given().config(RestAssured.config()
                        .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders()))
                .header("Accept-Encoding", accepted)
                .get(script)
                .then()
                .statusCode(200)
                .contentType("text/javascript;charset=UTF-8")
                .header("Content-Encoding", nullValue())
                .body(containsString("plexe-console"));
    }

    @Test
    void whatIsNotInTheBundleIsNotServed() {
        for (String file : List.of(
                "/static/bundle/app-00000000.js",
                "/static/bundle/../../application-00000000.js",
                "/static/bundle/%2e%2e/app-00000000.css",
                "/web/app/console.js")) {
            Problems.expect(given().urlEncodingEnabled(false).get(file), 404, "not_found");
        }
    }

    private static List<String> files() {
        return FILE.matcher(given().get("/").asString())
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
