package ai.plexe.auth.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.account.SignInAttempts.Admission;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import ai.plexe.auth.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How tries are counted, where no client could wait for it. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SignInAttemptsTest {

    private static final int LIMIT = 10;
    private static final RedisScript SET =
            script("redis.call('SET', KEYS[1], ARGV[2]) return redis.call('PEXPIRE', KEYS[1], 60000)");
    private static final RedisScript GET = script("return redis.call('GET', KEYS[1])");

    @Inject
    SignInAttempts attempts;

    @Inject
    RedisScripts redis;

    private final String email = People.newEmail();

    private static RedisScript script(String source) {
        return new RedisScript(
                "test", source.getBytes(UTF_8), UUID.randomUUID().toString().getBytes(UTF_8));
    }

    @Test
    void aDelayIsAWindowAndNeverOfWhoeverHasNotTried() throws Throwable {
        for (int i = 0; i < LIMIT; i++) {
            assertTrue(tryOnce().passes());
        }

        assertEquals(new Admission(Duration.ofMinutes(10), true), tryOnce());
        Admission later = tryOnce();
        assertTrue(later.delay().compareTo(Duration.ofMinutes(9)) > 0 && !later.locksUser(), later::toString);
        assertTrue(await(attempts.admit(People.newEmail(), null)).passes());
    }

    @Test
    void whoeverIsForgivenBeginsAnew() throws Throwable {
        lock();

        await(attempts.forgive(email.toUpperCase()));

        for (int i = 0; i < LIMIT; i++) {
            assertTrue(tryOnce().passes());
        }
        assertEquals(Duration.ofMinutes(10), tryOnce().delay());
    }

    @Test
    void whatAnotherReignOfRedisCountedCountsNoMore() throws Throwable {
        lock();
        byte[] kept = await(redis.run(GET, key(email))).toBytes();
        kept[kept.length - 1] ^= 1;
        await(redis.run(SET, key(email), kept));

        assertTrue(tryOnce().passes());
    }

    @Test
    void theDelayDoublesUpToAnHourAndLocksAreForgottenAfterIt() throws Throwable {
        lock();
        for (int minutes : new int[] {20, 40, 60, 60}) {
            endLock(Duration.ofMinutes(59));
            assertEquals(Duration.ofMinutes(minutes), lock().delay());
        }

        endLock(Duration.ofMinutes(61));

        assertEquals(Duration.ofMinutes(10), lock().delay());
    }

    private Admission lock() throws Throwable {
        for (int i = 0; i < LIMIT; i++) {
            assertTrue(tryOnce().passes());
        }
        Admission locked = tryOnce();
        assertTrue(locked.locksUser());
        return locked;
    }

    /** Sets the end of the lock to so long ago. */
    private void endLock(Duration ago) throws Throwable {
        RedisScript end = script("""
                local kept = redis.call('GET', KEYS[1])
                local time = redis.call('TIME')
                local till = time[1] * 1000 - tonumber(ARGV[2])
                redis.call('SET', KEYS[1], string.sub(kept, 1, 40) .. struct.pack('>d', till) .. string.sub(kept, 49))
                return redis.call('PEXPIRE', KEYS[1], 60000)""");
        await(redis.run(end, key(email), String.valueOf(ago.toMillis()).getBytes(UTF_8)));
    }

    private Admission tryOnce() throws Throwable {
        return await(attempts.admit(email, null));
    }

    private static String key(String email) {
        return "plexe:1:signin:user:{" + SignInName.digest(email) + "}";
    }

    private static <T> T await(Uni<T> uni) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(() -> uni);
    }
}
