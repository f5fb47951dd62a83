package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.RawHttp;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics are told to who asks directly, however a request through a proxy spells their path. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class MetricsAccessTest {

    private static String ask(String path, String headers) throws IOException {
        return RawHttp.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n");
    }

    /** All that lead there. */
    static Stream<String> spellings() {
        return Stream.of(
                "/q/metrics",
                "/q/metrics/",
                "/q/metrics?x=y",
                "/q/%6detrics",
                "/%71/metrics",
                "/q//metrics",
                "//q/metrics",
                "/q/./metrics",
                "/auth/../q/metrics",
                "/auth/%2e%2e/q/metrics",
                "http://localhost/q/metrics");
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void whoAsksDirectlyIsTold(String path) throws IOException {
        String answer = ask(path, "");

        assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.contains("plexe_"), answer);
    }

    @ParameterizedTest
    @MethodSource("spellings")
    @ValueSource(strings = {"/q/metrics/anything", "/q%2fmetrics", "/q/metrics%2f", "/q/metrics;v=1"})
    void noSpellingLeadsAStrangerThere(String path) throws IOException {
        String answer = ask(path, "X-Forwarded-For: 192.0.2.1\r\n");

        assertFalse(answer.contains("plexe_"), answer);
        assertTrue(answer.startsWith("HTTP/1.1 404 ") && answer.contains("application/problem+json"), answer);
    }

    @Test
    void aPathThatLeadsNowhereIsNoLabel() throws IOException {
        String random = "/auth/api-keys/" + UUID.randomUUID();
        given().contentType("text/plain").body("x").patch(random).then().statusCode(401);
        given().header("x-api-key", Backends.adminKey())
                .contentType("text/plain")
                .body("x")
                .patch(random)
                .then()
                .statusCode(415);
        given().options(random).then().statusCode(204);
        given().contentType("application/json").body("{}").put(random).then().statusCode(405);
        given().contentType("application/json")
                .body(new byte[70_000])
                .patch(random)
                .then()
                .statusCode(413);

        assertFalse(ask("/q/metrics", "").contains(random));
    }

    @ParameterizedTest
    @CsvSource({"Forwarded, for=192.0.2.1", "X-Real-IP, 192.0.2.1", "Via, 1.1 proxy"})
    void everyProxysWordIsBelieved(String name, String value) throws IOException {
        assertTrue(ask("/q/metrics", name + ": " + value + "\r\n").startsWith("HTTP/1.1 404 "));
    }
}
