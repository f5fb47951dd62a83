package ai.plexe.auth.account;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Console;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.Wire;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What guessing costs the guesser, and what a storm of it does not cost others; with settings of its own. */
class SignInLimitsIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final String WRONG = "not their password";

    private static LocalServers servers;
    private static Wire redis;
    private static Instance strict;
    private static Instance costly;

    @BeforeAll
    static void start() throws Exception {
        servers = LocalServers.startFresh();
        redis = new Wire(servers.redisUrl());
        strict = Instance.start(settings(Map.of(
                "PLEXE_REDIS_URL", redis.url().toString(),
                "PLEXE_SIGN_IN_LIMIT_PER_USER", "2/4s",
                "PLEXE_SIGN_IN_LIMIT_PER_ADDRESS", "6/1h")));
        costly = Instance.start(settings(Map.of(
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_PASSWORD_MEMORY", "64M",
                "PLEXE_PASSWORD_PASSES", "8",
                "PLEXE_PASSWORD_MAX_WAITING", "2")));
    }

    private static Map<String, String> settings(Map<String, String> own) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_TRUSTED_PROXIES", "127.0.0.1,::1",
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()));
        settings.putAll(own);
        return settings;
    }

    @AfterAll
    static void stop() throws Exception {
        strict.close();
        costly.close();
        redis.close();
        servers.close();
    }

    private static Console at(Instance instance) {
        return Console.at(URI.create("http://127.0.0.1:" + instance.port()));
    }

    private static Connection database() throws SQLException {
        return Backends.connect(servers.databaseUrl());
    }

    private static String person() throws Exception {
        try (Connection database = database()) {
            return People.add(database);
        }
    }

    @Test
    void theDelayDoublesWithEveryLockUntilOneSignsIn() throws Exception {
        String email = person();
        lockedFor(4, email);
        awaitEndOfLock(email);
        lockedFor(8, email);
        awaitEndOfLock(email);
        at(strict).signIn(email, People.PASSWORD).then().statusCode(200);

        lockedFor(4, email);
    }

    /** Tries until there is a lock, and expects it to be as long. */
    private static void lockedFor(int seconds, String email) {
        await().atMost(A_WHILE).until(() -> at(strict).signIn(email, WRONG).statusCode() == 429);
        long left = Long.parseLong(at(strict).signIn(email, WRONG).header("Retry-After"));

        assertTrue(left <= seconds && left > seconds / 2, left + " of " + seconds + " seconds");
    }

    /** Asks with another right password than there is, so that a try that gets through counts but clears nothing. */
    private static void awaitEndOfLock(String email) {
        await().atMost(A_WHILE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> at(strict).signIn(email, WRONG).statusCode() == 401);
    }

    @Test
    void whoGuessesForManyUsersIsLimitedByTheirAddress() throws Exception {
        Console guesser = at(strict);
        String email = person();
        guesser.signIn(email, People.PASSWORD).then().statusCode(200);
        for (int i = 0; i < 5; i++) {
            Problems.expect(guesser.signIn(People.newEmail(), WRONG), 401, "invalid_credentials");
        }
        long before = guesser.hashes();

        Problems.expect(guesser.signIn(People.newEmail(), WRONG), 429, "rate_limit_exceeded");
        Problems.expect(guesser.signIn(email, People.PASSWORD), 429, "rate_limit_exceeded");

        assertEquals(before, guesser.hashes());
        at(strict).signIn(email, People.PASSWORD).then().statusCode(200);
    }

    @Test
    void aLockedAddressLocksNobodyElse() throws Exception {
        Console guesser = at(strict);
        String email = person();
        for (int i = 0; i < 6; i++) {
            guesser.signIn(People.newEmail(), WRONG);
        }
        for (int i = 0; i < 10; i++) {
            Problems.expect(guesser.signIn(email, WRONG), 429, "rate_limit_exceeded");
        }

        at(strict).signIn(email, People.PASSWORD).then().statusCode(200);
    }

    @Test
    void anIpv6GuesserIsLimitedByTheirSlash64() {
        String network = "2001:db8:" + Long.toHexString(System.nanoTime() & 0xffff) + ":1:";
        for (int i = 0; i < 6; i++) {
            at(strict).from(network + ":" + (i + 1)).signIn(People.newEmail(), WRONG);
        }

        Problems.expect(
                at(strict).from(network + "ffff::1").signIn(People.newEmail(), WRONG), 429, "rate_limit_exceeded");
    }

    @Test
    void aStormOfSignInsHoldsUpNothingElse() {
        List<CompletableFuture<HttpResponse<String>>> storm = IntStream.range(0, 60)
                .mapToObj(i -> at(costly).signInSoon(People.newEmail(), WRONG))
                .toList();

        given().baseUri(costly.uri("").toString()).get("/q/health/live").then().statusCode(200);
        costly.as(Backends.adminKey()).models().then().statusCode(200);
        assertTrue(storm.stream().anyMatch(each -> !each.isDone()), "the storm was over before the others were asked");
        List<HttpResponse<String>> answers =
                storm.stream().map(CompletableFuture::join).toList();
        List<HttpResponse<String>> refused =
                answers.stream().filter(each -> each.statusCode() == 503).toList();
        assertTrue(
                answers.stream().anyMatch(each -> each.statusCode() == 401),
                () -> "nobody was served: " + answers.get(0).statusCode()
                        + answers.get(0).body() + costly.log());
        assertTrue(refused.size() >= 30, refused.size() + " refused");
        refused.forEach(each -> {
            assertEquals("1", each.headers().firstValue("Retry-After").orElse(null));
            assertTrue(each.body().contains("\"code\":\"temporarily_unavailable\""), each.body());
        });
    }

    @Test
    void whoWaitsTogetherForTheFirstConnectionToRedisSharesNothing() throws Exception {
        try (Wire slow = new Wire(servers.redisUrl());
                Instance fresh = Instance.start(
                        settings(Map.of("PLEXE_REDIS_URL", slow.url().toString())))) {
            slow.stall();
            List<CompletableFuture<HttpResponse<String>>> first = IntStream.range(0, 60)
                    .mapToObj(i -> at(fresh).signInSoon(People.newEmail(), WRONG))
                    .toList();
            await().until(slow::isHolding);
            Thread.sleep(500);
            slow.mend();

            first.forEach(each -> assertEquals(401, each.join().statusCode(), fresh::log));
        }
    }

    @Test
    void aHashFollowsTheParametersAtTheNextSignIn() throws Exception {
        String email = person();
        Console console = at(costly);
        try (Connection database = database()) {
            String old = People.read(database, "password_hash", email);
            long before = console.hashes();

            Problems.expect(console.signIn(email, WRONG), 401, "invalid_credentials");
            assertEquals(old, People.read(database, "password_hash", email));
            console.signIn(email, People.PASSWORD).then().statusCode(200);

            String raised = People.read(database, "password_hash", email);
            assertTrue(raised.startsWith("$argon2id$v=19$m=65536,t=8,p=1$"), raised);
            assertEquals("0", People.read(database, "credentials_version", email));
            assertEquals(3, console.hashes() - before);
            console.signIn(email, People.PASSWORD).then().statusCode(200);
            assertEquals(4, console.hashes() - before);
            assertEquals(raised, People.read(database, "password_hash", email));
        }
        at(strict).signIn(email, People.PASSWORD).then().statusCode(200);
        try (Connection database = database()) {
            assertTrue(People.read(database, "password_hash", email).contains("m=65536,t=8"), "never lowered");
        }
    }

    @Test
    void withoutRedisNobodyTriesForFree() throws Exception {
        String email = person();
        Console console = at(strict);
        long before = console.hashes();

        redis.cut();
        try {
            for (Response refused : List.of(console.signIn(email, WRONG), console.signIn(email, People.PASSWORD))) {
                Problems.expect(refused, 503, "temporarily_unavailable");
            }
            assertEquals(before, console.hashes());
        } finally {
            redis.mend();
        }
        await().atMost(A_WHILE)
                .until(() -> at(strict).signIn(email, People.PASSWORD).statusCode() == 200);
    }

    private static List<String> noted(String user) throws SQLException {
        try (Connection database = database();
                PreparedStatement statement = database.prepareStatement(
                        "SELECT event || ' ' || outcome AS what, access_log::text AS entry FROM access_log WHERE user_id = ?")) {
            statement.setString(1, user);
            List<String> noted = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    noted.add(rows.getString("what"));
                    noted.add(rows.getString("entry"));
                }
            }
            return noted;
        }
    }

    @Test
    void nothingSecretIsLogged() throws Exception {
        String email = person();
        String token = at(strict).signIn(email, People.PASSWORD).path("access_token");
        at(strict).signIn(email, WRONG);
        at(strict).post("{\"email\": \"%s\", \"password\": \"%s\"".formatted(email, People.PASSWORD));
        at(strict).signIn(email, People.PASSWORD + "x".repeat(300));
        String hash;
        try (Connection database = database()) {
            hash = People.read(database, "password_hash", email);
        }

        String log = strict.log();

        String user;
        try (Connection database = database()) {
            user = People.read(database, "id", email);
        }
        assertTrue(log.contains("Listening on"), "there is a log");
        await().atMost(A_WHILE).until(() -> noted(user).containsAll(List.of("login ok", "login invalid_credentials")));
        String kept = noted(user).toString();
        for (String secret : List.of(People.PASSWORD, WRONG, token, hash)) {
            assertFalse(log.contains(secret) || kept.contains(secret));
        }
    }
}
