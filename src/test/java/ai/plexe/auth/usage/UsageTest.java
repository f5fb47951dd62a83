package ai.plexe.auth.usage;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What uses add up to. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class UsageTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Api admin = Api.ofNewAccount();

    private Response get(Map<String, ?> parameters) {
        return admin.request().queryParams(parameters).get("/auth/usage");
    }

    private JsonPath usage(Map<String, ?> parameters) {
        return get(parameters).then().statusCode(200).extract().jsonPath();
    }

    /** The uses with this outcome in all the time that is asked for. */
    private static int total(JsonPath usage, String outcome, String member) {
        Integer total = usage.get("totals.find { it.outcome == '" + outcome + "' }?." + member);
        return total == null ? 0 : total;
    }

    @Test
    void everyUseIsCountedOnceByKeyAndOutcome() {
        Api.Key key = admin.key("read_only");
        for (int i = 0; i < 5; i++) {
            admin.as(key.secret()).models();
        }
        admin.as(key.secret()).create("{}");
        admin.verify("{\"key\": \"%s\", \"cost\": 40}".formatted(key.secret()));
        admin.verify("{\"key\": \"%s\", \"cost\": 0}".formatted(key.secret()));
        admin.verify("{\"key\": \"%s\", \"explain\": true}".formatted(key.secret()));

        Map<String, String> ofKey = Map.of("key_id", key.id());
        await().atMost(SOON).until(() -> total(usage(ofKey), "ok", "uses"), equalTo(7));

        JsonPath usage = usage(ofKey);
        assertEquals(45, total(usage, "ok", "cost"));
        assertEquals(1, total(usage, "insufficient_permissions", "uses"));
        assertEquals(List.of("insufficient_permissions", "ok"), usage.getList("usage.outcome"));
        assertEquals(List.of(key.id(), key.id()), usage.getList("usage.key_id"));
        assertEquals("day", usage.getString("interval"));
        assertTrue(usage.getString("usage[0].start").endsWith("T00:00:00Z"));
    }

    private void write(String account, String hour, String key, int uses) throws SQLException {
        try (Connection database = Backends.database();
                PreparedStatement insert = database.prepareStatement(
                        "INSERT INTO key_usage (account_id, hour, key_id, outcome, uses, cost) VALUES (?, ?::timestamptz, ?, 'ok', ?, ?)")) {
            insert.setString(1, account);
            insert.setString(2, hour);
            insert.setString(3, key);
            insert.setInt(4, uses);
            insert.setInt(5, uses);
            insert.executeUpdate();
        }
    }

    private String account() {
        return given().header("x-api-key", admin.key()).get("/auth/verify").header("X-Auth-Account-Id");
    }

    @Test
    void intervalsAddUpInUtc() throws Exception {
        String key = admin.key("read_only").id();
        String account = account();
        write(account, "2026-02-28T23:00:00Z", key, 1);
        write(account, "2026-03-01T00:00:00Z", key, 10);
        write(account, "2026-03-01T05:00:00Z", key, 100);
        write(account, "2026-03-31T23:00:00Z", key, 1000);
        Map<String, String> time = Map.of("key_id", key, "from", "2026-02-01T00:00:00Z", "to", "2026-04-01T00:00:00Z");

        assertEquals(List.of(1, 10, 100, 1000), by("hour", time).getList("usage.uses"));
        assertEquals(List.of(1, 110, 1000), by("day", time).getList("usage.uses"));
        assertEquals(List.of(1, 1110), by("month", time).getList("usage.uses"));
        assertEquals(
                List.of("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
                by("month", time).getList("usage.start"));
        assertEquals(1111, total(by("month", time), "ok", "uses"));
        assertEquals(
                110,
                total(
                        usage(Map.of("key_id", key, "from", "2026-03-01T00:30:00Z", "to", "2026-03-01T05:00:01Z")),
                        "ok",
                        "uses"),
                "times are rounded out to whole hours");

        List<Integer> paged = new ArrayList<>();
        String cursor = "";
        do {
            Map<String, String> page = new HashMap<>(time);
            page.putAll(Map.of("interval", "hour", "limit", "3", "cursor", cursor));
            JsonPath answer = usage(page);
            paged.addAll(answer.getList("usage.uses"));
            assertEquals(1111, total(answer, "ok", "uses"), "totals are of all pages");
            cursor = answer.getString("next_cursor");
        } while (cursor != null);
        assertEquals(List.of(1, 10, 100, 1000), paged);
    }

    @Test
    void whatIsNotToldApartIsAddedUp() throws Exception {
        Api.Key key = admin.key("read_only");
        for (int i = 0; i < 2; i++) {
            admin.as(key.secret()).models();
        }
        admin.as(key.secret()).request().body("{\"name\": \"x\"}").post("/models");
        await().atMost(SOON)
                .until(() -> usage(Map.of("key_id", key.id())).getList("totals.uses", Integer.class).stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        == 3);

        JsonPath byOutcome = usage(Map.of("key_id", key.id(), "group_by", "outcome"));
        JsonPath byKey = usage(Map.of("key_id", key.id(), "group_by", "key"));

        assertEquals(List.of("insufficient_permissions", "ok"), byOutcome.getList("usage.outcome"));
        assertEquals(List.of(1, 2), byOutcome.getList("usage.uses"));
        assertTrue(byOutcome.getList("usage.key_id").stream().allMatch(Objects::isNull));
        assertEquals(List.of(key.id()), byKey.getList("usage.key_id"));
        assertEquals(List.of(3), byKey.getList("usage.uses"));
        assertTrue(byKey.getList("usage.outcome").stream().allMatch(Objects::isNull));
        assertEquals(byKey.getList("totals"), byOutcome.getList("totals"));
    }

    @Test
    void aCursorGoesOnWithTheSameQuestionOnly() {
        Api.Key one = admin.key("read_only");
        admin.as(one.secret()).models();
        admin.as(one.secret()).request().body("{\"name\": \"x\"}").post("/models");
        String cursor = await().atMost(SOON)
                .until(
                        () -> usage(Map.of("interval", "hour", "limit", "1")).getString("next_cursor"),
                        Objects::nonNull);

        get(Map.of("interval", "hour", "cursor", cursor)).then().statusCode(200);
        for (Map<String, String> other : List.of(
                Map.of("interval", "month", "cursor", cursor),
                Map.of("interval", "hour", "group_by", "outcome", "cursor", cursor),
                Map.of("interval", "hour", "to", "2020-01-01T00:00:00Z", "cursor", cursor))) {
            Problems.expect(get(other), 400, "validation_failed").body("errors.field", hasItem("cursor"));
        }
    }

    private JsonPath by(String interval, Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(parameters);
        all.put("interval", interval);
        return usage(all);
    }

    @Test
    void itIsTheAccountsOwnAndForAdministrators() {
        Api.Key key = admin.key("read_write");
        admin.as(key.secret()).models();
        await().atMost(SOON).until(() -> total(usage(Map.of()), "ok", "uses"), uses -> uses > 0);

        Problems.expect(
                Api.ofNewAccount().request().queryParam("key_id", key.id()).get("/auth/usage"), 404, "not_found");
        Problems.expect(admin.as(key.secret()).request().get("/auth/usage"), 403, "insufficient_permissions");
        given().get("/auth/usage").then().statusCode(401);
        List<String> theirs = Api.ofNewAccount()
                .request()
                .get("/auth/usage")
                .then()
                .statusCode(200)
                .extract()
                .path("usage.key_id");
        assertTrue(theirs.stream().noneMatch(key.id()::equals));
    }

    @ParameterizedTest
    @CsvSource({
        "interval, week",
        "interval, DAY",
        "from, monday",
        "to, 2026-13-01T00:00:00Z",
        "key_id, mine",
        "cursor, MTIz",
        "cursor, %00",
        "cursor, ZGF5ICsxMDAwMDAwMDAwLTEyLTMxVDIzOjU5OjU5WiBrZXlfMDFqZDh5MnY5cmszZDZ0MHc1bThxNHp4N2Mgb2s",
        "cursor, ZGF5IDIwMDEtMDEtMDFUMDA6MDA6MDBaIGtleV8wMWpkOHkydjlyazNkNnQwdzVtOHE0eng3YyBvaw",
        "group_by, account",
        "group_by, 'key,'",
        "from, 2999-01-01T00:00:00Z",
        "limit, 0",
        "account_id, acc_01jd8y2v9rk3d6t0w5m8q4zx7c"
    })
    void whatIsWrongIsNamed(String parameter, String value) {
        Problems.expect(get(Map.of(parameter, value)), 400, "validation_failed")
                .body("errors.field", hasItem(parameter));
    }

    @Test
    void aReversedRangeIsNamed() {
        Instant now = Instant.now();
        Problems.expect(
                        get(Map.of(
                                "from",
                                now.toString(),
                                "to",
                                now.minusSeconds(7200).toString())),
                        400,
                        "validation_failed")
                .body("errors.field", hasItem("to"));
    }
}
