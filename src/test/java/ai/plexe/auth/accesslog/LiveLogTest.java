package ai.plexe.auth.accesslog;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.RawHttp;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The log as it is written. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class LiveLogTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Api admin = Api.ofNewAccount();

    /** One who follows: lines as they come. */
    private static final class Follower implements AutoCloseable {

        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final HttpResponse<Stream<String>> answer;
        private final Thread reader;

        Follower(String key, String query, String lastId) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + RestAssured.port + "/auth/access-logs/stream" + query))
                    .header("x-api-key", key)
                    .header("Accept", "text/event-stream");
            if (lastId != null) {
                request.header("Last-Event-ID", lastId);
            }
            answer = HTTP.send(request.build(), BodyHandlers.ofLines());
            assertEquals(200, answer.statusCode());
            reader = new Thread(() -> {
                try {
                    answer.body().forEach(lines::add);
                } catch (RuntimeException e) {
                    // Closed by us.
                }
            });
            reader.start();
        }

        /** Of the entries that came. */
        List<String> ids() {
            return values("data").stream()
                    .map(data -> new JsonPath(data).getString("log_id"))
                    .toList();
        }

        boolean isOver() {
            return !reader.isAlive();
        }

        List<String> values(String field) {
            return lines.stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .map(line -> line.substring(field.length() + 1).strip())
                    .toList();
        }

        @Override
        public void close() {
            answer.body().close();
            reader.interrupt();
        }
    }

    @Test
    void entriesComeAsTheyHappenEachOnce() throws Exception {
        Api.Key key = admin.key("read_only");
        try (Follower follower = new Follower(admin.key(), "?key_id=" + key.id(), null)) {
            for (int i = 0; i < 5; i++) {
                admin.as(key.secret()).models();
                Thread.sleep(300);
            }
            await().atMost(SOON).until(() -> follower.ids().size() == 5);
            Thread.sleep(2500);

            assertEquals(5, follower.ids().size(), "none comes twice");
            assertTrue(follower.lines.stream().anyMatch(line -> line.startsWith("retry:")), "and where to come back");
            JsonPath entry = new JsonPath(follower.values("data").get(0));
            assertEquals(key.id(), entry.getString("key_id"));
            assertEquals(follower.values("id").get(1), entry.getString("log_id"), "the first id is the beginning's");
            assertEquals(
                    new AccessLogs(admin)
                            .entries(Map.of("key_id", key.id())).stream()
                                    .map(told -> told.text("log_id"))
                                    .sorted()
                                    .toList(),
                    follower.ids().stream().sorted().toList());
        }
    }

    @Test
    void whoComesBackMissesNothing() throws Exception {
        Api.Key key = admin.key("read_only");
        for (int i = 0; i < 3; i++) {
            admin.as(key.secret()).models();
            Thread.sleep(5);
        }
        List<String> ids = new ArrayList<>(new AccessLogs(admin)
                .await(3, Map.of("key_id", key.id())).stream()
                        .map(told -> told.text("log_id"))
                        .sorted()
                        .toList());

        try (Follower follower = new Follower(admin.key(), "?key_id=" + key.id(), ids.get(0))) {
            await().atMost(SOON).until(() -> follower.ids().size() == 2);
            assertEquals(ids.subList(1, 3), follower.ids());
        }
    }

    @Test
    void whoComesBackWithoutHavingSeenAnythingMissesNothing() throws Exception {
        Api.Key key = admin.key("read_only");
        String beginning;
        try (Follower follower = new Follower(admin.key(), "?key_id=" + key.id(), null)) {
            await().atMost(SOON).until(() -> follower.values("id").size() == 1);
            beginning = follower.values("id").get(0);
        }
        admin.as(key.secret()).models();
        new AccessLogs(admin).await(1, Map.of("key_id", key.id()));

        try (Follower follower = new Follower(admin.key(), "?key_id=" + key.id(), beginning)) {
            await().atMost(SOON).until(() -> follower.ids().size() == 1);
        }
    }

    @Test
    void whoComesBackTooLateIsToldThatThereIsAGap() {
        String longAgo = TimeOrderedId.next("log", Instant.now().minusSeconds(301));
        Problems.expect(
                        admin.request().header("Last-Event-ID", longAgo).get("/auth/access-logs/stream"),
                        400,
                        "validation_failed")
                .body("errors.field", hasItem("Last-Event-ID"));
        Problems.expect(
                        admin.request()
                                .queryParam(
                                        "from", Instant.now().minusSeconds(301).toString())
                                .get("/auth/access-logs/stream"),
                        400,
                        "validation_failed")
                .body("errors.field", hasItem("from"));
    }

    @Test
    void whatHappenedAMomentAgoIsFollowedFromThere() throws Exception {
        Api.Key key = admin.key("read_only");
        String from = Instant.now().toString();
        admin.as(key.secret()).models();
        try (Follower follower = new Follower(admin.key(), "?key_id=" + key.id() + "&from=" + from, null)) {
            await().atMost(SOON).until(() -> follower.ids().size() == 1);
        }
    }

    @Test
    void aRevokedKeyReadsNothingFurther() throws Exception {
        Api.Key reader = admin.key("admin");
        try (Follower follower = new Follower(reader.secret(), "?event=key.create", null)) {
            String before = admin.key("read_only").id();
            await().atMost(SOON).until(() -> follower.lines.stream().anyMatch(line -> line.contains(before)));

            admin.revoke(reader.id()).then().statusCode(200);
            String after = admin.key("read_only").id();

            await().atMost(SOON).until(follower::isOver);
            assertTrue(follower.lines.stream().noneMatch(line -> line.contains(after)));
        }
    }

    @Test
    void aRotatedKeyReadsNothingFurther() throws Exception {
        Api.Key reader = admin.key("admin");
        try (Follower follower = new Follower(reader.secret(), "?event=key.create", null)) {
            admin.rotate(reader.id(), "{}").then().statusCode(200);
            String after = admin.key("read_only").id();

            await().atMost(SOON).until(follower::isOver);
            assertTrue(follower.lines.stream().noneMatch(line -> line.contains(after)));
        }
    }

    @Test
    void clientsThatLeaveAtOnceLeaveTheirPlaces() throws Exception {
        for (int i = 0; i < 30; i++) {
            String head = "GET /auth/access-logs/stream HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + admin.key()
                    + "\r\n\r\n";
            try (Socket socket = RawHttp.open(RestAssured.port, head)) {
                socket.setSoLinger(true, 0);
            }
        }
        for (int i = 0; i < 12; i++) {
            admin.request().head("/auth/access-logs/stream");
        }
        List<Follower> followers = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                await().atMost(SOON).untilAsserted(() -> followers.add(new Follower(admin.key(), "", null)));
            }
        } finally {
            for (Follower follower : followers) {
                follower.close();
            }
        }
    }

    @Test
    void nobodyFollowsAnotherAccount() throws Exception {
        Api stranger = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        try (Follower follower = new Follower(stranger.key(), "", null)) {
            admin.as(key.secret()).models();
            new AccessLogs(admin).await(1, Map.of("key_id", key.id()));
            Thread.sleep(2500);
            follower.values("data")
                    .forEach(data -> assertTrue(!data.contains(key.id()), "another account's entry was told"));
        }
        Problems.expect(
                stranger.request().queryParam("key_id", key.id()).get("/auth/access-logs/stream"), 404, "not_found");
        Problems.expect(
                admin.as(key.secret()).request().get("/auth/access-logs/stream"), 403, "insufficient_permissions");
        given().get("/auth/access-logs/stream").then().statusCode(401);
    }

    @Test
    void whatIsWrongIsNamed() {
        for (String parameter : List.of("to", "limit", "cursor", "unattributed", "nonsense")) {
            Problems.expect(
                            admin.request().queryParam(parameter, "true").get("/auth/access-logs/stream"),
                            400,
                            "validation_failed")
                    .body("errors.field", hasItem(parameter));
        }
        Problems.expect(
                        admin.request().header("Last-Event-ID", "log_1").get("/auth/access-logs/stream"),
                        400,
                        "validation_failed")
                .body("errors.field", hasItem("Last-Event-ID"));
    }

    @Test
    void soManyFollowAnAccountAndNoMore() throws Exception {
        List<Follower> followers = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                followers.add(new Follower(admin.key(), "", null));
            }
            Problems.expect(admin.request().get("/auth/access-logs/stream"), 429, "rate_limit_exceeded");
        } finally {
            for (Follower follower : followers) {
                follower.close();
            }
        }
        await().atMost(SOON).untilAsserted(() -> new Follower(admin.key(), "", null).close());
    }
}
