package ai.plexe.auth.ratelimit;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A key's limit holds to the request, and is told in both dialects. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RateLimitTest {

    private static final String LIMITS = "/auth/api-keys/limits";
    private static final long WINDOW_MS = 4000;
    private static final long MARGIN_MS = 50;
    private static final int TRIES = 5;

    private final Api admin = Api.ofNewAccount();

    private Api.Key limited(long requests, long seconds) {
        return admin.key(
                "read_write",
                ", \"rate_limit\": {\"requests\": %d, \"window_seconds\": %d}".formatted(requests, seconds));
    }

    @Test
    void theLimitHoldsToTheRequest() {
        Api client = admin.as(limited(3, 3600).secret());

        for (int remaining = 2; remaining >= 0; remaining--) {
            client.models()
                    .then()
                    .statusCode(200)
                    .header("X-RateLimit-Limit", "3")
                    .header("X-RateLimit-Remaining", String.valueOf(remaining))
                    .header("RateLimit-Policy", "\"key\";q=3;w=3600")
                    .header("RateLimit", matchesPattern("\"key\";r=" + remaining + ";t=\\d+"));
        }
        Response refused = client.models();

        Problems.expect(refused, 429, "rate_limit_exceeded").body("reset", notNullValue());
        refused.then().header("X-RateLimit-Remaining", "0").header("RateLimit", matchesPattern("\"key\";r=0;t=\\d+"));
        long wait = Long.parseLong(refused.header("Retry-After"));
        long reset = Long.parseLong(refused.header("X-RateLimit-Reset"));
        long now = Instant.now().getEpochSecond();
        assertTrue(wait >= 1 && wait <= 7200, "Retry-After " + wait);
        assertTrue(Math.abs(reset - now - wait) <= 2, "reset %d, now %d, wait %d".formatted(reset, now, wait));
    }

    @Test
    void howNearTheLimitIsCanBeAskedWithoutCountingForIt() {
        Api.Key key = limited(5, 3600);
        Api.Key unlimited = admin.key("read_only");
        Api.Key revoked = admin.key("read_only");
        admin.revoke(revoked.id());
        for (int i = 0; i < 3; i++) {
            admin.as(key.secret()).models();
        }
        for (int i = 0; i < 2; i++) {
            JsonPath limits =
                    admin.request().get(LIMITS).then().statusCode(200).extract().jsonPath();
            assertEquals(
                    Map.of("key_id", key.id(), "requests", 5, "window_seconds", 3600, "default", false, "remaining", 2),
                    limits.getMap("limits.find { it.key_id == '" + key.id() + "' }"));
            assertEquals(
                    Map.of(
                            "key_id", unlimited.id(),
                            "requests", 1000,
                            "window_seconds", 60,
                            "default", true,
                            "remaining", 1000),
                    limits.getMap("limits.find { it.key_id == '" + unlimited.id() + "' }"));
            assertTrue(limits.getList("limits.key_id").stream().noneMatch(revoked.id()::equals));
        }
        admin.rotate(key.id(), "{}").then().statusCode(200);
        admin.request()
                .get(LIMITS)
                .then()
                .body("limits.find { it.key_id == '" + key.id() + "' }.remaining", equalTo(2));

        JsonPath first = admin.request().get(LIMITS + "?limit=1").jsonPath();
        admin.request()
                .get(LIMITS + "?limit=1&cursor=" + first.getString("next_cursor"))
                .then()
                .body("limits.size()", equalTo(1))
                .body("limits[0].key_id", not(equalTo(first.getString("limits[0].key_id"))));
    }

    @Test
    void howNearTheLimitsAreIsForAdministratorsOfTheAccount() {
        Api.Key key = limited(5, 3600);
        Problems.expect(admin.as(key.secret()).request().get(LIMITS), 403, "insufficient_permissions");
        Api.ofNewAccount().request().get(LIMITS).then().statusCode(200).body("limits.key_id", not(hasItem(key.id())));
        Problems.expectInvalid(admin.request().get(LIMITS + "?limit=0"), "limit");
        Problems.expectInvalid(admin.request().get(LIMITS + "?cursor=forged"), "cursor");
    }

    @Test
    void parallelRequestsCannotPassTheLimit() throws Exception {
        Api client = admin.as(limited(25, 3600).secret());

        List<Integer> statuses = inParallel(100, () -> client.models().statusCode());

        assertEquals(25, statuses.stream().filter(status -> status == 200).count());
        assertEquals(75, statuses.stream().filter(status -> status == 429).count());
    }

    @Test
    void whoWaitsAsLongAsToldIsLetIn() throws Exception {
        Api client = admin.as(limited(2, 2).secret());
        Response refused = client.models();
        while (refused.statusCode() == 200) {
            refused = client.models();
        }

        Thread.sleep(Duration.ofSeconds(Long.parseLong(refused.header("Retry-After")))
                .toMillis());

        client.models().then().statusCode(200);
    }

    /** What was used up at the end of one window still counts at the beginning of the next, until it has slid out. */
    @Test
    void theWindowSlides() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            Api client = admin.as(limited(2, WINDOW_MS / 1000).secret());
            long edge = ((System.currentTimeMillis() + WINDOW_MS / 4) / WINDOW_MS + 1) * WINDOW_MS;

            sleepUntil(edge - WINDOW_MS / 4);
            List<Integer> before =
                    List.of(client.models().statusCode(), client.models().statusCode());
            long filled = System.currentTimeMillis();
            sleepUntil(edge + MARGIN_MS);
            Response after = client.models();
            long answered = System.currentTimeMillis();

            // With a limit of two, the first request passes when half of what was used up has slid out.
            if (filled < edge && answered < edge + WINDOW_MS / 2) {
                assertEquals(List.of(200, 200), before);
                Problems.expect(after, 429, "rate_limit_exceeded");
                sleepUntil(edge + WINDOW_MS / 2 + MARGIN_MS);
                client.models().then().statusCode(200);
                return;
            }
        }
        fail("the machine was too slow to hit the edge of a window");
    }

    private static void sleepUntil(long time) throws InterruptedException {
        Thread.sleep(Math.max(0, time - System.currentTimeMillis()));
    }

    @Test
    void whatIsRefusedForAnotherReasonIsNotCounted() {
        Api.Key key = limited(2, 3600);
        Api client = admin.as(key.secret());
        admin.change(key.id(), "{\"permission_level\": \"read_only\"}").then().statusCode(200);
        for (int i = 0; i < 5; i++) {
            Problems.expect(client.request().get("/auth/api-keys"), 403, "insufficient_permissions");
        }

        client.models().then().statusCode(200).header("X-RateLimit-Remaining", "1");
    }

    @Test
    void aRotationNeitherResetsNorDoublesTheLimit() {
        Api.Key key = limited(5, 3600);
        admin.as(key.secret()).models().then().header("X-RateLimit-Remaining", "4");
        admin.as(key.secret()).models().then().header("X-RateLimit-Remaining", "3");

        String next = admin.rotate(key.id(), "{\"grace_period_seconds\": 3600}").path("key");

        admin.as(next).models().then().header("X-RateLimit-Remaining", "2");
        admin.as(key.secret()).models().then().header("X-RateLimit-Remaining", "1");
        String third =
                admin.rotate(key.id(), "{\"grace_period_seconds\": 3600}").path("key");
        admin.as(third).models().then().header("X-RateLimit-Remaining", "0");
        for (String secret : List.of(key.secret(), next, third)) {
            Problems.expect(admin.as(secret).models(), 429, "rate_limit_exceeded");
        }
    }

    @Test
    void aRaisedLimitIsInEffectAtOnce() {
        Api.Key key = limited(1, 3600);
        Api client = admin.as(key.secret());
        client.models().then().statusCode(200);
        Problems.expect(client.models(), 429, "rate_limit_exceeded");

        admin.change(key.id(), "{\"rate_limit\": {\"requests\": 3}}").then().statusCode(200);

        client.models().then().statusCode(200).header("X-RateLimit-Remaining", "1");
    }

    @Test
    void anAccountsDefaultHoldsForItsKeys() throws Exception {
        Api other = Api.ofNewAccount();
        Api.Key key = other.key("read_only");
        try (var database = Backends.database();
                var statement = database.prepareStatement(
                        "UPDATE account SET rate_limit_requests = 7,"
                                + " rate_limit_window_seconds = 3600 WHERE id = (SELECT account_id FROM api_key WHERE id = ?)")) {
            statement.setString(1, key.id());
            assertEquals(1, statement.executeUpdate());
        }

        other.as(key.secret()).models().then().header("X-RateLimit-Limit", equalTo("7"));
    }

    @Test
    void theInstallationsDefaultHoldsOtherwise() {
        admin.as(admin.key("read_only").secret())
                .models()
                .then()
                .header("RateLimit-Policy", equalTo("\"key\";q=1000;w=60"));
    }

    private static <T> List<T> inParallel(int times, Callable<T> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<T>> futures = threads.invokeAll(
                    IntStream.range(0, times).mapToObj(i -> task).toList());
            return futures.stream().map(RateLimitTest::result).toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
