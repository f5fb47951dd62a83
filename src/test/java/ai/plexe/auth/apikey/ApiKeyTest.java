package ai.plexe.auth.apikey;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The life of a key, as its owner sees it. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ApiKeyTest {

    private static final Duration A_MOMENT = Duration.ofSeconds(10);

    @Test
    void aNewKeyIsShownOnceAndOpensTheDoor() {
        Api admin = Api.ofNewAccount();

        Response made = admin.create("""
                {"name": "CI pipeline", "permission_level": "read_write", "expires_at": "2030-01-31T14:00:00+02:00",
                 "rate_limit": {"requests": 10, "window_seconds": 60}, "allowed_ips": ["127.0.0.0/8", "::1"],
                 "metadata": {"team": "search"}}""");

        made.then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("key_id", matchesPattern("key_[0-9a-z]{26}"))
                .body("key", matchesPattern("plx_sk_[0-9A-Za-z]{49}"))
                .body("name", equalTo("CI pipeline"))
                .body("permission_level", equalTo("read_write"))
                .body("status", equalTo("active"))
                .body("created_at", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z"))
                .body("expires_at", equalTo("2030-01-31T12:00:00Z"))
                .body("rate_limit.requests", equalTo(10))
                .body("rate_limit.window_seconds", equalTo(60))
                .body("allowed_ips", equalTo(List.of("127.0.0.0/8", "::1/128")))
                .body("metadata.team", equalTo("search"))
                .body("revoked_at", nullValue());
        String key = made.path("key");
        made.then()
                .body("key_preview", startsWith(key.substring(0, 11)))
                .body("key_preview", endsWith(key.substring(52)))
                .body("key_preview", equalTo(key.substring(0, 11) + "…" + key.substring(52)));
        admin.get(made.path("key_id")).then().statusCode(200).body("$", not(hasKey("key")));
        admin.list(Map.of()).then().body("keys.find { it.name == 'CI pipeline' }", not(hasKey("key")));
        admin.as(key).models().then().statusCode(200).body("", empty());
    }

    @Test
    void theSecretIsNowhereInTheDatabaseOrRedis() throws Exception {
        Api.Key key = Api.admin().key("read_only");
        Api.admin().as(key.secret()).models().then().statusCode(200);
        String hidden = key.secret().substring(11, 52);

        try (var database = Backends.database();
                var rows = database.createStatement()
                        .executeQuery("SELECT (SELECT string_agg(k::text, ' ') FROM api_key k)"
                                + " || (SELECT string_agg(s::text, ' ') FROM api_key_secret s)")) {
            rows.next();
            assertTrue(rows.getString(1).contains(key.id()));
            assertTrue(!rows.getString(1).contains(hidden));
        }
    }

    @Test
    void keysAreListedOldestFirstPageByPage() {
        Api admin = Api.ofNewAccount();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(admin.key("read_only").id());
        }

        JsonPath first =
                admin.list(Map.of("limit", 2)).then().statusCode(200).extract().jsonPath();
        JsonPath second = page(admin, first);
        JsonPath third = page(admin, second);

        List<String> seen = new ArrayList<>(first.getList("keys.key_id"));
        seen.addAll(second.getList("keys.key_id"));
        seen.addAll(third.getList("keys.key_id"));
        assertEquals(made, seen.subList(1, 6));
        assertNull(third.get("next_cursor"));
    }

    private static JsonPath page(Api admin, JsonPath before) {
        return admin.list(Map.of("limit", 2, "cursor", before.getString("next_cursor")))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @Test
    void theListShowsActiveKeysUnlessAskedForOthers() {
        Api admin = Api.ofNewAccount();
        String active = admin.key("read_only").id();
        String revoked = admin.key("read_only").id();
        admin.revoke(revoked).then().statusCode(200);
        String expired = expiredKey(admin).id();

        admin.list(Map.of()).then().body("keys.key_id", hasItem(active)).body("keys.size()", is(2));
        admin.list(Map.of("status", "active")).then().body("keys.size()", is(2));
        admin.list(Map.of("status", "revoked")).then().body("keys.key_id", equalTo(List.of(revoked)));
        admin.list(Map.of("status", "expired")).then().body("keys.key_id", equalTo(List.of(expired)));
        admin.list(Map.of("status", "all")).then().body("keys.key_id", hasItems(active, revoked, expired));
    }

    @Test
    void anExpiredKeyIsToldApartForEver() {
        Api admin = Api.ofNewAccount();
        Api.Key key = expiredKey(admin);

        Problems.expect(admin.as(key.secret()).models(), 401, "expired_key");
        admin.get(key.id()).then().body("status", equalTo("expired"));
        admin.change(key.id(), "{\"expires_at\": null}").then().statusCode(200).body("status", equalTo("active"));
        admin.as(key.secret()).models().then().statusCode(200);
    }

    private static Api.Key expiredKey(Api admin) {
        String soon = Instant.now().plusMillis(900).toString();
        Api.Key key = admin.key("read_only", ", \"expires_at\": \"" + soon + "\"");
        admin.as(key.secret()).models().then().statusCode(200);
        await().atMost(A_MOMENT).until(() -> admin.as(key.secret()).models().statusCode() == 401);
        return key;
    }

    @Test
    void aRevokedKeyIsRefusedFromThenOnAndKeepsItsCode() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);

        Response revoked = admin.revoke(key.id());

        revoked.then()
                .statusCode(200)
                .body("key_id", equalTo(key.id()))
                .body("status", equalTo("revoked"))
                .body("revoked_at", notNullValue());
        Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
        assertEquals(revoked.<String>path("revoked_at"), admin.revoke(key.id()).path("revoked_at"));
        Problems.expect(admin.change(key.id(), "{\"name\": \"back\"}"), 409, "conflict");
        Problems.expect(admin.rotate(key.id(), "{}"), 409, "conflict");
    }

    @Test
    void aKeyMayRevokeItself() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_write");

        admin.as(key.secret()).revoke(key.id()).then().statusCode(200);

        Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
    }

    @Test
    void aRotatedKeyKeepsItsIdAndSettingsAndLosesItsOldSecret() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only", ", \"metadata\": {\"a\": \"b\"}");
        admin.as(key.secret()).models().then().statusCode(200);

        Response rotated = admin.rotate(key.id(), "");

        rotated.then()
                .statusCode(200)
                .body("key_id", equalTo(key.id()))
                .body("metadata.a", equalTo("b"))
                .body("rotated_at", notNullValue())
                .body("previous_key_valid_until", nullValue());
        assertNotEquals(key.secret(), rotated.path("key"));
        Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
        admin.as(rotated.path("key")).models().then().statusCode(200);
    }

    @Test
    void theOldSecretIsAcceptedUntilItsGraceEnds() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");

        Response rotated = admin.rotate(key.id(), "{\"grace_period_seconds\": 2}");

        rotated.then().statusCode(200).body("previous_key_valid_until", notNullValue());
        Instant until = Instant.parse(rotated.path("previous_key_valid_until"));
        admin.as(key.secret()).models().then().statusCode(200);
        admin.as(rotated.path("key")).models().then().statusCode(200);
        await().atMost(A_MOMENT).until(() -> admin.as(key.secret()).models().statusCode() == 401);
        assertTrue(!Instant.now().isBefore(until.minusMillis(100)), "refused before the grace had ended");
        Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
        admin.get(key.id()).then().body("previous_key_valid_until", nullValue());
    }

    @Test
    void rotatingAgainKeepsThePromiseOfAnEarlierGrace() {
        Api admin = Api.ofNewAccount();
        Api.Key first = admin.key("read_only");
        String second =
                admin.rotate(first.id(), "{\"grace_period_seconds\": 3600}").path("key");

        String third =
                admin.rotate(first.id(), "{\"grace_period_seconds\": 3600}").path("key");

        for (String secret : List.of(first.secret(), second, third)) {
            admin.as(secret).models().then().statusCode(200);
        }
    }

    @Test
    void rotatingWithoutGraceEndsEveryEarlierSecret() {
        Api admin = Api.ofNewAccount();
        Api.Key first = admin.key("read_only");
        String second =
                admin.rotate(first.id(), "{\"grace_period_seconds\": 3600}").path("key");
        admin.as(first.secret()).models().then().statusCode(200);

        String third = admin.rotate(first.id(), "{\"grace_period_seconds\": 0}").path("key");

        Problems.expect(admin.as(first.secret()).models(), 401, "revoked_key");
        Problems.expect(admin.as(second).models(), 401, "revoked_key");
        admin.as(third).models().then().statusCode(200);
    }

    @Test
    void secretsInTheirGraceDoNotPileUp() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        String grace = "{\"grace_period_seconds\": 3600}";
        for (int i = 1; i < 10; i++) {
            admin.rotate(key.id(), grace).then().statusCode(200);
        }
        String tenth = admin.rotate(key.id(), grace).path("key");

        Problems.expect(admin.rotate(key.id(), grace), 409, "conflict");

        admin.as(key.secret()).models().then().statusCode(200);
        admin.as(tenth).models().then().statusCode(200);
        String last = admin.rotate(key.id(), "{}").path("key");
        Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
        Problems.expect(admin.as(tenth).models(), 401, "revoked_key");
        admin.as(last).models().then().statusCode(200);
    }

    /** The service writes when a secret ends, and Redis judges by it: two clocks, either of which may be wrong. */
    @Test
    void aSecretWithoutGraceHasEndedByAnyClock() throws Exception {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        admin.rotate(key.id(), "{}").then().statusCode(200);

        try (Connection database = Backends.database();
                PreparedStatement ends = database.prepareStatement(
                        "SELECT valid_until < '2000-01-01' FROM api_key_secret WHERE key_id = ? AND valid_until IS NOT NULL")) {
            ends.setString(1, key.id());
            ResultSet end = ends.executeQuery();
            assertTrue(end.next() && end.getBoolean(1));
        }
    }

    @Test
    void revokingEndsASecretInItsGraceToo() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        admin.rotate(key.id(), "{\"grace_period_seconds\": 3600}").then().statusCode(200);
        admin.as(key.secret()).models().then().statusCode(200);

        admin.revoke(key.id()).then().statusCode(200).body("previous_key_valid_until", nullValue());

        Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
    }

    @Test
    void aChangeIsAMergePatch() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only", """
                , "rate_limit": {"requests": 10, "window_seconds": 60}, "metadata": {"a": "1", "b": "2"}""");

        Response changed = admin.change(key.id(), """
                {"permission_level": "read_write", "rate_limit": {"requests": 20}, "metadata": {"a": null, "c": "3"}}""");

        changed.then()
                .statusCode(200)
                .body("name", equalTo("test"))
                .body("permission_level", equalTo("read_write"))
                .body("rate_limit.requests", equalTo(20))
                .body("rate_limit.window_seconds", equalTo(60))
                .body("metadata", equalTo(Map.of("b", "2", "c", "3")));
        admin.change(key.id(), "{\"rate_limit\": null}").then().body("rate_limit", nullValue());
    }

    @Test
    void aLoweredLevelAndANarrowedAddressTakeEffectAtOnce() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_write");
        admin.as(key.secret()).list(Map.of()).then().statusCode(200);

        admin.change(key.id(), "{\"permission_level\": \"read_only\"}").then().statusCode(200);
        Problems.expect(admin.as(key.secret()).list(Map.of()), 403, "insufficient_permissions")
                .body("required_level", equalTo("read_write"));

        admin.change(key.id(), "{\"allowed_ips\": [\"192.0.2.0/24\", \"2001:db8::/32\"]}")
                .then()
                .statusCode(200);
        Problems.expect(admin.as(key.secret()).models(), 403, "ip_not_allowed")
                .body("detail", not(containsString("192.0.2")));
    }

    @Test
    void theLastUseIsShown() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        admin.get(key.id()).then().body("last_used_at", nullValue());

        Instant before = Instant.now().minusSeconds(1);
        admin.as(key.secret()).models().then().statusCode(200);

        await().atMost(A_MOMENT).until(() -> admin.get(key.id()).path("last_used_at") != null);
        admin.get(key.id()).then().body("last_used_ip", matchesPattern("127\\.0\\.0\\.1|::1|0:0:0:0:0:0:0:1"));
        assertTrue(Instant.parse(admin.get(key.id()).path("last_used_at")).isAfter(before));

        for (String address : List.of("198.51.100.1", "198.51.100.2", "198.51.100.3")) {
            admin.as(key.secret()).from(address).get("/models").then().statusCode(200);
        }
        await().atMost(A_MOMENT.multipliedBy(2))
                .until(() -> "198.51.100.3".equals(admin.get(key.id()).path("last_used_ip")));
    }

    /** What a rotation script does: makes a key, checks it, and revokes the oldest other one with it. */
    @Test
    void aRotationScriptRunsTwiceInARow() {
        Api admin = Api.ofNewAccount();
        admin.key("admin");
        admin.key("admin");
        Api current = admin;
        for (int run = 0; run < 2; run++) {
            Api.Key made = current.key("read_write");
            current = current.as(made.secret());
            current.models().then().statusCode(200);
            String oldest = current.list(Map.of())
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("keys.find { it.key_id != '%s' }.key_id".formatted(made.id()));
            current.revoke(oldest).then().statusCode(200).body("status", equalTo("revoked"));
        }
        current.list(Map.of()).then().body("keys.size()", greaterThan(1));
    }
}
