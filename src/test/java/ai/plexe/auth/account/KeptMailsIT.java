package ai.plexe.auth.account;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.Visitor;
import io.restassured.http.ContentType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In local mode mails can be read without an SMTP server, on this machine. */
class KeptMailsIT {

    private static final Pattern TOKEN = Pattern.compile("/verify-email#token=([A-Za-z0-9_-]{43})");

    @TempDir
    private Path temporary;

    @BeforeAll
    static void theArtifactIsTheJvmPackage() {
        assumeTrue(!Instance.isNative(), "the native binary has no local mode");
    }

    @Test
    void aMailIsReadableOnThePageAndInTheLog() throws Exception {
        String email = Visitor.newEmail();
        try (Instance service = Instance.start(Map.of(
                "PLEXE_LOCAL",
                "true",
                "PLEXE_DATA_DIR",
                temporary.toRealPath().resolve("data").toString(),
                "PLEXE_TRUSTED_PROXIES",
                "127.0.0.1"))) {
            Visitor visitor = Visitor.somewhere().at(service.port());
            visitor.signUp(email).then().statusCode(202);

            await().atMost(Duration.ofSeconds(15)).until(() -> page(service).contains(email));

            Matcher link = TOKEN.matcher(page(service));
            assertTrue(link.find());
            assertTrue(service.log().contains(link.group(1)));
            visitor.post("/auth/email/verify", "{\"token\": \"%s\"}".formatted(link.group(1)))
                    .then()
                    .statusCode(200);
            Problems.expect(visitor.get("/dev/mails"), 404, "not_found");
        }
    }

    private static String page(Instance service) {
        return given().accept(ContentType.HTML)
                .get(service.uri("/dev/mails"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }
}
