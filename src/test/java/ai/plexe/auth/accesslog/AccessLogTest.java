package ai.plexe.auth.accesslog;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.AccessLogs.Entry;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the log tells, and to whom. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class AccessLogTest {

    private static final String USE = "key.use";

    private final Api admin = Api.ofNewAccount();
    private final AccessLogs log = new AccessLogs(admin);

    @Test
    void aUseIsToldInFull() {
        Api.Key key = admin.key("read_only");
        Instant before = Instant.now();
        admin.as(key.secret())
                .from("203.0.113.9")
                .header("User-Agent", "nightly/1.0")
                .header("X-Request-Id", "req-of-mine")
                .get("/models?secret=1")
                .then()
                .statusCode(200);

        Entry entry = log.await(1, Map.of("key_id", key.id())).get(0);

        assertTrue(entry.is(USE, "ok"));
        assertTrue(entry.text("log_id").matches("log_[0-9a-z]{26}"));
        assertEquals(key.id(), entry.text("key_id"));
        assertEquals("read_only", entry.text("permission_level"));
        assertEquals("203.0.113.9", entry.text("ip"));
        assertEquals("nightly/1.0", entry.text("user_agent"));
        assertEquals("GET", entry.text("method"));
        assertEquals("/models", entry.text("path"));
        assertEquals("req-of-mine", entry.text("request_id"));
        assertEquals(1, entry.members().get("cost"));
        assertNull(entry.text("user_id"));
        assertNull(entry.text("session_id"));
        Duration late = Duration.between(before, Instant.parse(entry.text("time")));
        assertTrue(late.abs().toSeconds() < 5, "told at " + entry.text("time"));
    }

    @Test
    void aRefusalIsToldWithItsCode() {
        Api.Key key = admin.key("read_only", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 3600}");
        Api.Key fenced = admin.key("read_only", ", \"allowed_ips\": [\"192.0.2.0/24\"]");
        Api reader = admin.as(key.secret());
        reader.create("{}").then().statusCode(403);
        reader.models().then().statusCode(200);
        reader.models().then().statusCode(429);
        admin.revoke(key.id());
        reader.models().then().statusCode(401);
        admin.as(fenced.secret()).models().then().statusCode(403);

        List<Entry> entries = log.await(4, Map.of("key_id", key.id(), "event", USE));

        assertEquals(
                List.of("revoked_key", "rate_limit_exceeded", "ok", "insufficient_permissions"),
                entries.stream().map(entry -> entry.text("outcome")).toList());
        assertEquals(
                "ip_not_allowed",
                log.await(1, Map.of("key_id", fenced.id())).get(0).text("outcome"));
        log.await(3, Map.of("key_id", key.id(), "outcome", "refused"));
        log.await(1, Map.of("key_id", key.id(), "outcome", "revoked_key"));
        log.await(1, Map.of("key_id", key.id(), "event", USE, "outcome", "ok"));
    }

    @Test
    void aChangeTellsWhoMadeItAndOfWhat() {
        Api.Key writer = admin.key("read_write");
        Api.Key made = admin.as(writer.secret()).key("read_only");
        admin.as(writer.secret())
                .change(made.id(), "{\"name\": \"other\"}")
                .then()
                .statusCode(200);
        admin.as(writer.secret()).rotate(made.id(), "{}").then().statusCode(200);
        admin.as(writer.secret()).revoke(made.id()).then().statusCode(200);
        admin.as(writer.secret())
                .change(made.id(), "{\"name\": \"again\"}")
                .then()
                .statusCode(409);

        List<Entry> told = log.await(5, Map.of("target_id", made.id()));

        assertEquals(
                List.of("key.change", "key.revoke", "key.rotate", "key.change", "key.create"),
                told.stream().map(entry -> entry.text("event")).toList());
        told.forEach(entry -> assertEquals(writer.id(), entry.text("key_id")));
        assertTrue(told.get(0).is("key.change", "conflict"), "a refused one too");
    }

    @Test
    void askingAboutAKeyIsAUseOfIt() {
        Api.Key key = admin.key("read_only");
        admin.verify("{\"key\": \"%s\", \"cost\": 7, \"ip\": \"198.51.100.4\"}".formatted(key.secret()));
        admin.verify("{\"key\": \"%s\", \"explain\": true}".formatted(key.secret()));

        Entry entry = log.await(1, Map.of("key_id", key.id())).get(0);

        assertTrue(entry.is("key.verify", "ok"));
        assertEquals(7, entry.members().get("cost"));
        assertEquals("198.51.100.4", entry.text("ip"));
        assertNull(entry.text("user_agent"), "the service that asks is not the client that is asked about");
        log.await(
                Map.of("event", USE),
                entries -> entries.stream()
                                .filter(use -> "/auth/api-keys/verify".equals(use.text("path")))
                                .count()
                        == 2);
        assertEquals(1, log.entries(Map.of("key_id", key.id())).size(), "an explanation uses nothing");
    }

    @Test
    void aGatewaysRequestTellsOfTheOriginalOne() {
        Api.Key key = admin.key("read_write");
        given().header("x-api-key", key.secret())
                .header("X-Forwarded-Method", "DELETE")
                .header("X-Forwarded-Uri", "/things/7?token=secret")
                .get("/auth/verify")
                .then()
                .statusCode(200);
        given().header("x-api-key", key.secret())
                .header("X-Forwarded-Method", "DELETE")
                .header("X-Forwarded-Uri", "/things/7")
                .get("/models")
                .then()
                .statusCode(200);

        List<Entry> entries = log.await(2, Map.of("key_id", key.id()));

        assertEquals(
                "DELETE /things/7",
                entries.get(1).text("method") + ' ' + entries.get(1).text("path"));
        assertEquals(
                "GET /models",
                entries.get(0).text("method") + ' ' + entries.get(0).text("path"));
    }

    @Test
    void whatIsNobodysIsForTheOperatorAlone() {
        String agent = "scanner/" + UUID.randomUUID();
        for (String key : List.of(Api.unknownKey(), "garbage", "plx_sk_")) {
            given().header("x-api-key", key)
                    .header("X-Forwarded-For", "198.51.100.77")
                    .header("User-Agent", agent)
                    .get("/models")
                    .then()
                    .statusCode(401);
        }
        AccessLogs operators = new AccessLogs(Api.admin());

        List<Entry> told = operators.await(
                Map.of("unattributed", true, "ip", "198.51.100.77", "limit", 200),
                entries -> entries.stream()
                                .filter(entry -> agent.equals(entry.text("user_agent")))
                                .count()
                        == 3);

        told.forEach(entry -> assertNull(entry.text("key_id")));
        assertTrue(log.entries(Map.of("ip", "198.51.100.77")).isEmpty());
        Problems.expect(log.get(Map.of("unattributed", true)), 403, "insufficient_permissions");
    }

    @Test
    void anotherAccountSeesNothingOfIt() {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models();
        String logId = log.await(1, Map.of("key_id", key.id())).get(0).text("log_id");
        Api stranger = Api.ofNewAccount();
        AccessLogs theirs = new AccessLogs(stranger);

        Problems.expect(theirs.get(Map.of("key_id", key.id())), 404, "not_found");
        theirs.await(Map.of(), entries -> !entries.isEmpty());
        Set<String> seen = new HashSet<>();
        theirs.entries(Map.of("limit", 200)).forEach(entry -> seen.add(entry.text("log_id")));
        assertFalse(seen.contains(logId));
        assertTrue(theirs.entries(Map.of("target_id", key.id())).isEmpty());
    }

    @Test
    void itTakesAnAdministrator() {
        for (String level : List.of("read_only", "read_write")) {
            AccessLogs lower = new AccessLogs(admin.as(admin.key(level).secret()));
            for (String type : List.of("application/json", "text/csv", "application/x-ndjson")) {
                Problems.expect(lower.export(type, Map.of()), 403, "insufficient_permissions");
            }
        }
        given().get("/auth/access-logs").then().statusCode(401);
    }

    @Test
    void pagesFollowEachOtherWithoutGapsOrRepeats() {
        Api.Key key = admin.key("read_only");
        for (int i = 0; i < 7; i++) {
            admin.as(key.secret()).models();
        }
        List<String> all = log.await(7, Map.of("key_id", key.id())).stream()
                .map(entry -> entry.text("log_id"))
                .toList();

        List<String> paged = new java.util.ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonPath page = log.get(Map.of("key_id", key.id(), "limit", 3, "cursor", cursor))
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            paged.addAll(page.getList("entries.log_id"));
            cursor = page.getString("next_cursor");
            pages++;
        } while (cursor != null);

        assertEquals(all, paged);
        assertEquals(3, pages);
        assertEquals(all.stream().sorted(java.util.Comparator.reverseOrder()).toList(), all, "newest first");
    }

    @Test
    void timesBoundIt() {
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models();
        Instant time =
                Instant.parse(log.await(1, Map.of("key_id", key.id())).get(0).text("time"));

        assertEquals(
                1,
                log.entries(Map.of(
                                "key_id",
                                key.id(),
                                "from",
                                time.toString(),
                                "to",
                                time.plusMillis(1).toString()))
                        .size());
        assertEquals(
                0,
                log.entries(Map.of(
                                "key_id", key.id(), "from", time.plusMillis(1).toString()))
                        .size());
        assertEquals(
                0,
                log.entries(Map.of("key_id", key.id(), "to", time.toString())).size(),
                "the end is not part of it");
    }

    @Test
    void networksAreFilteredBy() {
        Api.Key key = admin.key("read_only");
        for (String address : List.of("203.0.113.1", "203.0.113.200", "2001:db8::1")) {
            admin.as(key.secret()).from(address).get("/models");
        }
        log.await(3, Map.of("key_id", key.id(), "event", USE));

        assertEquals(
                2,
                log.entries(Map.of("key_id", key.id(), "event", USE, "ip", "203.0.113.0/24"))
                        .size());
        assertEquals(
                1,
                log.entries(Map.of("key_id", key.id(), "event", USE, "ip", "203.0.113.200"))
                        .size());
        assertEquals(
                1,
                log.entries(Map.of("key_id", key.id(), "event", USE, "ip", "2001:db8::/32"))
                        .size());
    }

    @ParameterizedTest
    @CsvSource({
        "from, yesterday",
        "from, 2026-01-31",
        "from, 1999-12-31T00:00:00Z",
        "to, +999999999-01-01T00:00:00Z",
        "to, 0",
        "key_id, key_1",
        "key_id, usr_01jd8y2v9rk3d6t0w5m8q4zx7c",
        "user_id, ' OR 1=1 --",
        "event, key.misuse",
        "target_id, %00",
        "target_id, mine",
        "outcome, OK",
        "outcome, fine",
        "ip, 203.0.113.1/24",
        "ip, example.org",
        "unattributed, yes",
        "limit, 0",
        "limit, 201",
        "limit, -1",
        "limit, many",
        "cursor, forged",
        "cursor, a2V5XzAxamQ4eTJ2OXJrM2Q2dDB3NW04cTR6eDdj",
        "keyid, key_01jd8y2v9rk3d6t0w5m8q4zx7c"
    })
    void whatIsWrongIsNamed(String parameter, String value) {
        Problems.expect(log.get(Map.of(parameter, value)), 400, "validation_failed")
                .body("errors.field", hasItem(parameter));
    }

    @Test
    void aReversedRangeAndADoubledFilterAreNamed() {
        Problems.expect(
                        log.get(Map.of("from", "2026-02-01T00:00:00Z", "to", "2026-01-01T00:00:00Z")),
                        400,
                        "validation_failed")
                .body("errors.field", hasItem("to"));
        Problems.expect(
                        admin.request()
                                .queryParam("event", USE)
                                .queryParam("event", "login")
                                .get("/auth/access-logs"),
                        400,
                        "validation_failed")
                .body("errors.field", everyItem(equalTo("event")));
        Problems.expect(log.export("text/csv", Map.of("limit", 5)), 400, "validation_failed")
                .body("errors.field", hasItem("limit"));
    }

    @Test
    void aKeyThatNobodyHasIsNotFound() {
        Problems.expect(log.get(Map.of("key_id", "key_01jd8y2v9rk3d6t0w5m8q4zx7c")), 404, "not_found");
    }

    @Test
    void secretsWhereNoneBelongAreMasked() {
        Api.Key key = admin.key("read_only");
        String token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3IifQ.c2lnbmF0dXJl";
        given().header("x-api-key", key.secret())
                .header("User-Agent", "curl " + key.secret() + " " + token)
                .header("X-Forwarded-Uri", "/" + key.secret() + "/" + token)
                .get("/auth/verify")
                .then()
                .statusCode(200);

        Entry entry = log.await(1, Map.of("key_id", key.id())).get(0);

        assertEquals("curl *** ***", entry.text("user_agent"));
        assertEquals("/***/***", entry.text("path"));
    }

    @Test
    void secretsInDisguiseAreMaskedToo() {
        Api.Key key = admin.key("read_only");
        String token = "eyJhbGciOiJFUzI1NiJ9." + "a".repeat(300) + ".c2lnbmF0dXJl";
        given().header("x-api-key", key.secret())
                .header("User-Agent", token)
                .header("X-Forwarded-Method", key.secret())
                .header(
                        "X-Forwarded-Uri",
                        "https://ada:secret@example.org/a/plx%5Fsk%5f"
                                + key.secret().substring(7) + "?b=c")
                .header("X-Request-Id", "a." + key.secret().substring(7))
                .get("/auth/verify?level=read_only")
                .then()
                .statusCode(200);
        admin.as(key.secret())
                .request()
                .header("User-Agent", "PLX_SK_" + key.secret().substring(7))
                .get("/models");

        List<Entry> entries = log.await(2, Map.of("key_id", key.id()));

        assertEquals("***", entries.get(0).text("user_agent"));
        assertEquals("***", entries.get(1).text("user_agent"));
        assertEquals("***", entries.get(1).text("method"));
        assertEquals("/a/***", entries.get(1).text("path"));
        assertTrue(entries.get(1).text("request_id").startsWith("req_"), "one of our own");
    }

    @Test
    void userAgentsKeepTheirLetters() throws Exception {
        Api.Key key = admin.key("read_only");
        String name = "Zoë 日本 ";
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            String request = "GET /models HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + key.secret()
                    + "\r\nUser-Agent: " + name.repeat(30) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().readAllBytes();
        }

        Entry entry = log.await(1, Map.of("key_id", key.id())).get(0);

        assertTrue(name.repeat(30).startsWith(entry.text("user_agent")), entry.text("user_agent"));
        assertTrue(entry.text("user_agent").startsWith(name));
    }

    @Test
    void aRefusedChangeTellsOfWhat() {
        Api.Key key = admin.key("read_only");
        Api.Key rotator = admin.key("read_write");
        Problems.expect(
                admin.as(rotator.secret()).change(key.id(), "{\"permission_level\": \"admin\"}"),
                403,
                "insufficient_permissions");

        Entry entry = log.await(1, Map.of("target_id", key.id(), "event", "key.change"))
                .get(0);

        assertTrue(entry.is("key.change", "insufficient_permissions"));
        assertEquals(rotator.id(), entry.text("key_id"));
    }

    @Test
    void anExportIsTheSameAndSpreadsheetsRunNothingOfIt() {
        Api.Key key = admin.key("read_only");
        String formula = "=HYPERLINK(\"http://example.org\",\"a,b\")";
        admin.as(key.secret()).request().header("User-Agent", formula).get("/models");
        admin.as(key.secret()).request().header("User-Agent", "plain").get("/models");
        List<Entry> entries = log.await(2, Map.of("key_id", key.id()));

        String csv = log.export("text/csv", Map.of("key_id", key.id()))
                .then()
                .statusCode(200)
                .header("Content-Type", "text/csv;charset=UTF-8")
                .extract()
                .asString();
        String[] lines = csv.split("\r\n");
        assertEquals(3, lines.length, csv);
        assertTrue(lines[0].startsWith("log_id,time,event,outcome,"));
        assertTrue(lines[1].contains(entries.get(0).text("log_id")));
        assertEquals(lines[0].split(",").length, lines[1].split(",").length, "what is null has its column");
        assertTrue(lines[2].contains("\"'=HYPERLINK(\"\"http://example.org\"\",\"\"a,b\"\")\""), lines[2]);

        String ndjson = log.export("application/x-ndjson", Map.of("key_id", key.id()))
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .extract()
                .asString();
        String[] objects = ndjson.split("\n");
        assertEquals(2, objects.length, ndjson);
        assertEquals(formula, new JsonPath(objects[1]).getString("user_agent"), "stored as it came");
        assertEquals(entries.get(1).members(), new JsonPath(objects[1]).getMap(""));
        Problems.expect(log.export("text/csv", Map.of("key_id", "key_1")), 400, "validation_failed");
        Problems.expect(log.export("image/png", Map.of()), 406, "not_acceptable");
    }

    @Test
    void anEmptyExportIsItsHeaderAlone() {
        String csv = log.export("text/csv", Map.of("to", "2020-01-01T00:00:00Z"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertTrue(csv.endsWith("request_id\r\n"), csv);
        log.export("application/x-ndjson", Map.of("to", "2020-01-01T00:00:00Z"))
                .then()
                .statusCode(200)
                .body(equalTo(""));
        log.get(Map.of("to", "2020-01-01T00:00:00Z")).then().body("entries", hasSize(0));
        assertNotNull(csv);
    }
}
