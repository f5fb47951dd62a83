package ai.plexe.auth.apikey;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a service is told that asks about a key. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class VerifyKeyTest {

    /** Longer than a key in steady use waits to be written. */
    private static final Duration A_MOMENT = Duration.ofSeconds(20);

    private final Api admin = Api.ofNewAccount();

    private static String question(String key, String members) {
        return "{\"key\": \"" + key + "\"" + members + "}";
    }

    @Test
    void aGoodKeyIsValidAndCounted() {
        Api.Key key = admin.key("read_write", ", \"rate_limit\": {\"requests\": 5, \"window_seconds\": 3600}");

        admin.verify(question(key.secret(), ", \"permission_level\": \"read_write\""))
                .then()
                .statusCode(200)
                .body("valid", is(true))
                .body("code", equalTo("valid"))
                .body("key_id", equalTo(key.id()))
                .body("account_id", notNullValue())
                .body("permission_level", equalTo("read_write"))
                .body("rate_limit.limit", equalTo(5))
                .body("rate_limit.window_seconds", equalTo(3600))
                .body("rate_limit.remaining", equalTo(4))
                .body("rate_limit.reset", notNullValue())
                .body("$", not(hasKey("checks")));
    }

    @Test
    void whoDoesNotSayFromWhereLeavesTheLastKnownAddress() throws SQLException {
        Api.Key together = admin.key("read_only");
        Api.Key apart = admin.key("read_only");
        try (Connection database = Backends.database();
                PreparedStatement use =
                        database.prepareStatement("INSERT INTO api_key_use VALUES (?, ?, '192.0.2.7')")) {
            use.setString(1, apart.id());
            use.setObject(2, OffsetDateTime.parse("2020-01-31T00:00:00Z"));
            use.executeUpdate();
        }

        admin.verify(question(together.secret(), ", \"ip\": \"192.0.2.7\""));
        for (Api.Key key : List.of(together, apart)) {
            admin.verify(question(key.secret(), "")).then().body("valid", is(true));
        }

        for (Api.Key key : List.of(together, apart)) {
            await().atMost(A_MOMENT).until(() -> isUsedLately(key));
            admin.get(key.id()).then().body("last_used_ip", equalTo("192.0.2.7"));
        }
    }

    private boolean isUsedLately(Api.Key key) {
        String usedAt = admin.get(key.id()).path("last_used_at");
        return usedAt != null && !usedAt.startsWith("2020");
    }

    @Test
    void askingWithoutTheLevelIsRefusedAndNotCounted() {
        Api reader = admin.as(admin.key("read_only", ", \"rate_limit\": {\"requests\": 2, \"window_seconds\": 3600}")
                .secret());

        for (int attempt = 0; attempt < 3; attempt++) {
            Problems.expect(reader.verify(question(reader.key(), "")), 403, "insufficient_permissions")
                    .body("required_level", equalTo("read_write"))
                    .header("X-RateLimit-Remaining", equalTo("2"));
        }
    }

    @Test
    void aCostCountsAsManyRequestsAndNoneIsALook() {
        Api.Key key = admin.key("read_only", ", \"rate_limit\": {\"requests\": 5, \"window_seconds\": 3600}");

        admin.verify(question(key.secret(), ", \"cost\": 3")).then().body("rate_limit.remaining", equalTo(2));
        admin.verify(question(key.secret(), ", \"cost\": 0")).then().body("rate_limit.remaining", equalTo(2));
        admin.verify(question(key.secret(), ", \"cost\": 3"))
                .then()
                .statusCode(200)
                .body("valid", is(false))
                .body("code", equalTo("rate_limit_exceeded"))
                .body("rate_limit.remaining", equalTo(2));
        admin.verify(question(key.secret(), ", \"cost\": 2")).then().body("valid", is(true));
    }

    @Test
    void everyOutcomeIsAValue() {
        Api.Key revoked = admin.key("read_only");
        admin.revoke(revoked.id()).then().statusCode(200);
        Api.Key fenced = admin.key("read_only", ", \"allowed_ips\": [\"192.0.2.0/24\", \"2001:db8::/32\"]");

        expectInvalid(question(revoked.secret(), ""), "revoked_key").body("key_id", equalTo(revoked.id()));
        expectInvalid(question(Api.unknownKey(), ""), "invalid_key").body("key_id", nullValue());
        expectInvalid(question("garbage", ""), "invalid_key");
        expectInvalid(question("x".repeat(8192), ""), "invalid_key");
        expectInvalid(question(fenced.secret(), ""), "ip_not_allowed");
        expectInvalid(question(fenced.secret(), ", \"ip\": \"198.51.100.1\""), "ip_not_allowed");
        expectInvalid(question(fenced.secret(), ", \"ip\": \"2001:db9::1\""), "ip_not_allowed");
        expectInvalid(
                        question(fenced.secret(), ", \"ip\": \"192.0.2.1\", \"permission_level\": \"admin\""),
                        "insufficient_permissions")
                .body("required_level", equalTo("admin"));
        for (String inside : new String[] {"192.0.2.9", "::ffff:192.0.2.9", "2001:db8:1::5"}) {
            admin.verify(question(fenced.secret(), ", \"ip\": \"" + inside + "\""))
                    .then()
                    .body("valid", is(true));
        }
    }

    private ValidatableResponse expectInvalid(String question, String code) {
        return admin.verify(question)
                .then()
                .statusCode(200)
                .body("valid", is(false))
                .body("code", equalTo(code));
    }

    @Test
    void explainTellsEveryCheckAndCountsNothing() {
        Api.Key key = admin.key("read_only", """
                , "rate_limit": {"requests": 1, "window_seconds": 3600}, "allowed_ips": ["192.0.2.0/24"]""");
        admin.verify(question(key.secret(), ", \"ip\": \"192.0.2.1\"")).then().body("valid", is(true));

        for (int again = 0; again < 2; again++) {
            admin.verify(question(key.secret(), ", \"explain\": true, \"permission_level\": \"admin\""))
                    .then()
                    .statusCode(200)
                    .body("valid", is(false))
                    .body("code", equalTo("ip_not_allowed"))
                    .body(
                            "checks.code",
                            equalTo(List.of(
                                    "invalid_key",
                                    "revoked_key",
                                    "expired_key",
                                    "ip_not_allowed",
                                    "insufficient_permissions",
                                    "rate_limit_exceeded")))
                    .body("checks.passed", equalTo(List.of(true, true, true, false, false, false)))
                    .body("checks[3].detail", notNullValue())
                    .body("rate_limit.remaining", equalTo(0));
        }
        Api.Key unused = admin.key("read_only", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 3600}");
        for (int again = 0; again < 2; again++) {
            admin.verify(question(unused.secret(), ", \"explain\": true"))
                    .then()
                    .body("valid", is(true))
                    .body("rate_limit.remaining", equalTo(1));
        }
    }

    @Test
    void anotherAccountsKeyIsUnknownAndNotCounted() {
        Api other = Api.ofNewAccount();
        Api.Key key = other.key("read_only", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 3600}");

        expectInvalid(question(key.secret(), ""), "invalid_key")
                .body("key_id", nullValue())
                .body("account_id", nullValue());
        expectInvalid(question(key.secret(), ", \"explain\": true"), "invalid_key")
                .body("checks.size()", is(1));

        other.as(key.secret()).models().then().statusCode(200);
    }

    @Test
    void aServiceKeyVerifiesKeysOfEveryAccount() {
        Api.Key key = admin.key("read_only");
        String service = Api.admin()
                .create("{\"name\": \"gateway\", \"permission_level\": \"read_write\", \"service\": true}")
                .path("key");

        Api.admin()
                .as(service)
                .verify(question(key.secret(), ""))
                .then()
                .statusCode(200)
                .body("valid", is(true))
                .body("key_id", equalTo(key.id()));
        Api.admin().verify(question(key.secret(), "")).then().body("code", equalTo("invalid_key"));
    }

    @Test
    void theLeastServiceKeyIsEnoughToVerify() {
        String service = Api.admin()
                .create("{\"name\": \"gateway\", \"permission_level\": \"read_only\", \"service\": true}")
                .path("key");

        Api.admin()
                .as(service)
                .verify(question(admin.key("read_only").secret(), ""))
                .then()
                .statusCode(200)
                .body("valid", is(true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | key",
                "{\"key\": null} | key",
                "{\"key\": 5} | key",
                "{\"key\": \"x\", \"cost\": -1} | cost",
                "{\"key\": \"x\", \"cost\": 1000001} | cost",
                "{\"key\": \"x\", \"cost\": 0.5} | cost",
                "{\"key\": \"x\", \"ip\": \"example.org\"} | ip",
                "{\"key\": \"x\", \"ip\": \"\"} | ip",
                "{\"key\": \"x\", \"permission_level\": \"root\"} | permission_level",
                "{\"key\": \"x\", \"explain\": \"yes\"} | explain",
                "{\"key\": \"x\", \"level\": \"admin\"} | level",
            })
    void aWrongQuestionIsRefused(String json, String field) {
        Problems.expectInvalid(admin.verify(json), field);
    }
}
