package ai.plexe.auth.account;

import ai.plexe.auth.address.IpAddress;
import ai.plexe.auth.ratelimit.RateLimit;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Tries to sign in, counted per user and per address before a hash is computed, so that parallel ones can't pass the limit.
 * A user is known here by a digest of what they sign in with: one who does not exist is counted alike. Owns the keys
 * {@code plexe:1:signin:…}. Event loops only.
 */
@ApplicationScoped
class SignInAttempts {

    private static final Duration LONGEST_DELAY = Duration.ofHours(1);
    private static final Admission ADMITTED = new Admission(Duration.ZERO, false);

    private final RedisScripts redis;
    private final RedisScript attempt = RedisScript.load("sign_in_attempt", "sliding_window", "epoch");
    private final RedisScript forgiven = RedisScript.load("sign_in_forgiven");
    private final RateLimit perUser;
    private final RateLimit perAddress;

    SignInAttempts(RedisScripts redis, SignInConfig config) {
        this.redis = redis;
        this.perUser = config.signIn().limitPerUser();
        this.perAddress = config.signIn().limitPerAddress();
    }

    /**
     * Whether a password may be tried.
     *
     * @param delay how long to wait first; zero if it may be tried now
     * @param locksUser whether this is the try with which the user got locked
     */
    record Admission(Duration delay, boolean locksUser) {

        boolean passes() {
            return delay.isZero();
        }
    }

    /**
     * Counts a try, against the address and then, if that may go on, against the user. One that has to wait is not counted.
     *
     * @param email with which the user signs in
     * @param address null if unknown, and then not counted
     */
    Uni<Admission> admit(String email, IpAddress address) {
        Uni<Admission> ofAddress = address == null
                ? Uni.createFrom().item(ADMITTED)
                : count("address", address.limitedAs(), perAddress).map(each -> new Admission(each.delay(), false));
        return ofAddress.flatMap(admission -> admission.passes()
                ? count("user", SignInName.digest(email), perUser)
                : Uni.createFrom().item(admission));
    }

    /** Forgets the tries for a user who has proved who they are, by password or by a mailed link. */
    Uni<Void> forgive(String email) {
        return redis.run(forgiven, key("user", SignInName.digest(email))).replaceWithVoid();
    }

    private Uni<Admission> count(String whose, String name, RateLimit limit) {
        long window = limit.window().toMillis();
        return redis.run(
                        attempt,
                        key(whose, name),
                        ascii(limit.requests()),
                        ascii(window),
                        ascii(Math.max(window, LONGEST_DELAY.toMillis())))
                .map(SignInAttempts::admission);
    }

    private static Admission admission(Response answer) {
        return new Admission(
                Duration.ofMillis(answer.get(0).toLong()), answer.get(1).toInteger() == 1);
    }

    private static String key(String whose, String name) {
        return "plexe:1:signin:" + whose + ":{" + name + "}";
    }

    private static byte[] ascii(long number) {
        return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
    }
}
