package ai.plexe.auth.apikey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was looked up before a change is not acted on after it, in whatever order the look-ups come back. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class GrantCacheTest {

    @Inject
    GrantCache cache;

    private final String digest = ApiKeySecret.generate(new SecureRandom()).digest();
    private final Presented presented =
            new Presented(digest, PermissionLevel.READ_ONLY, false, Event.KEY_USE, Client.NOBODY, 1, null, false);
    private final LookedUp good = new LookedUp.Known(
            new Grant("key_1", "acc_1", PermissionLevel.ADMIN, false), false, null, null, List.of(), digest, null);

    @Test
    void aLookUpUnderItsLeaseIsKept() throws Throwable {
        assertEquals("lookup", ask("a", false).outcome());

        assertEquals("ok", store("a", good).outcome());
        assertEquals("ok", ask("b", false).outcome());
    }

    @Test
    void onlyOneCallerLooksUpUnlessTheOthersHaveWaitedLong() throws Throwable {
        assertEquals("a", ask("a", false).lease());

        assertEquals("wait", ask("b", false).outcome());
        assertEquals("a", ask("b", true).lease());
    }

    @Test
    void aLookUpFromBeforeAWithdrawalIsLost() throws Throwable {
        ask("a", false);
        await(cache.withdraw(digest));

        assertEquals("lost", store("a", good).outcome());
        assertEquals("lookup", ask("b", false).outcome());
    }

    @Test
    void aLeaseThatIsGoneIsNeverGivenAgain() throws Throwable {
        ask("a", false);
        assertEquals("a", ask("joins", true).lease());
        await(cache.withdraw(digest));

        assertEquals("lost", store("a", good).outcome());
        assertNotEquals("a", ask("b", true).lease());
        assertEquals("lost", store("a", good).outcome());
    }

    @Test
    void aLookUpThatIsLostIsJudgedByWhatOthersStoredMeanwhile() throws Throwable {
        ask("a", false);
        await(cache.withdraw(digest));
        ask("b", false);
        store(
                "b",
                new LookedUp.Known(
                        new Grant("key_1", "acc_1", PermissionLevel.ADMIN, false),
                        true,
                        null,
                        null,
                        List.of(),
                        digest,
                        null));

        assertEquals("revoked", store("a", good).outcome());
    }

    @Test
    void aSecretThatWasEndedAtOnceIsRevokedByAnyClock() throws Throwable {
        ask("a", false);
        LookedUp rotatedOut = new LookedUp.Known(
                new Grant("key_1", "acc_1", PermissionLevel.ADMIN, false),
                false,
                null,
                null,
                List.of(),
                "another",
                KeySecret.AT_ONCE);

        assertEquals("revoked", store("a", rotatedOut).outcome());
    }

    @Test
    void anEndInTheFutureLeadsToTheCurrentSecret() throws Throwable {
        ask("a", false);
        LookedUp inItsGrace = new LookedUp.Known(
                new Grant("key_1", "acc_1", PermissionLevel.ADMIN, false),
                false,
                null,
                null,
                List.of(),
                "another",
                Instant.now().plusSeconds(60));

        GrantCache.Answer answer = store("a", inItsGrace);

        assertEquals("rotated", answer.outcome());
        assertEquals("another", answer.identity());
    }

    @Test
    void theFirstUseIsAMissAndTheNextAHit() {
        Api fresh = Api.admin().as(Api.admin().key("read_only").secret());
        double hits = counted("hit");
        double misses = counted("miss");

        fresh.request().get("/auth/verify").then().statusCode(200);
        assertEquals(misses + 1, counted("miss"));
        assertEquals(hits, counted("hit"));

        fresh.request().get("/auth/verify").then().statusCode(200);
        assertEquals(misses + 1, counted("miss"));
        assertEquals(hits + 1, counted("hit"));
    }

    private static double counted(String result) {
        return Metrics.globalRegistry
                .get("plexe.grant.cache")
                .tag("result", result)
                .counter()
                .count();
    }

    private GrantCache.Answer ask(String lease, boolean join) throws Throwable {
        return await(cache.admit(presented, lease, join));
    }

    private GrantCache.Answer store(String lease, LookedUp found) throws Throwable {
        return await(cache.admit(presented, lease, found));
    }

    private static <T> T await(Uni<T> answer) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> answer);
    }
}
