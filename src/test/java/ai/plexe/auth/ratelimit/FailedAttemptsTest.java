package ai.plexe.auth.ratelimit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;

/** A flood of unknown keys spares PostgreSQL, and never shuts out those who share the address. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class FailedAttemptsTest {

    private static final int FLOOD = 200;

    @Test
    void aFloodOfUnknownKeysIsRefusedUnseenAndKnownKeysStillPass() {
        Api admin = Api.ofNewAccount();
        String address = "198.51.100.7";
        Api known = admin.as(admin.key("read_only").secret());
        Api.Key changed = admin.key("read_only");
        known.from(address).get("/models").then().statusCode(200);
        admin.as(changed.secret()).from(address).get("/models").then().statusCode(200);
        Api.Key neverUsed = admin.key("read_only");
        double before = lookUps();

        Response last = null;
        for (int i = 0; i < FLOOD; i++) {
            last = tryUnknownKey(address);
            known.from(address).get("/models").then().statusCode(200);
        }

        Problems.expect(last, 429, "rate_limit_exceeded");
        double looked = lookUps() - before;
        assertTrue(looked <= 25, looked + " look-ups for " + FLOOD + " unknown keys");
        admin.change(changed.id(), "{\"name\": \"changed\"}").then().statusCode(200);
        admin.as(changed.secret()).from(address).get("/models").then().statusCode(200);
        admin.as(neverUsed.secret()).from(address).get("/models").then().statusCode(200);
        tryUnknownKey("198.51.100.8").then().statusCode(401);
    }

    @Test
    void anIpv6FloodIsCountedByItsSlash64() {
        for (int i = 0; i < FLOOD; i++) {
            tryUnknownKey("2001:db8:1:2::" + Integer.toHexString(i));
        }

        Problems.expect(tryUnknownKey("2001:db8:1:2:ffff::1"), 429, "rate_limit_exceeded");
        Problems.expect(tryUnknownKey("2001:db8:1:3::1"), 401, "invalid_key");
    }

    private static Response tryUnknownKey(String address) {
        return Api.admin().as(Api.unknownKey()).from(address).get("/models");
    }

    @Test
    void anUnknownKeyIsLookedUpOnceInAWhile() {
        Api stranger = Api.admin().as(Api.unknownKey());
        double before = lookUps();

        for (int i = 0; i < 10; i++) {
            stranger.from("198.51.100.9").get("/models").then().statusCode(401);
        }

        assertTrue(lookUps() - before <= 2, "an unknown key is cached as unknown");
    }

    @Test
    void garbageAsksNobody() {
        double before = lookUps();

        for (int i = 0; i < 100; i++) {
            Problems.expect(Api.admin().as("plx_sk_garbage").models(), 401, "invalid_key");
        }

        assertTrue(lookUps() - before == 0, "garbage was looked up");
    }

    private static double lookUps() {
        return RestAssured.get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("plexe_key_lookup_latency_seconds_count"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
