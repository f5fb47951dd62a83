package ai.plexe.auth.ratelimit;

import ai.plexe.auth.address.IpAddress;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Attempts with unknown keys, counted per address. Guessing a key is hopeless; what this spares is PostgreSQL, which
 * would be asked about every guess. Owns the keys {@code plexe:1:failed:…}. Event loops only.
 */
@ApplicationScoped
public class FailedAttempts {

    private final RedisScripts redis;
    private final RedisScript script = RedisScript.load("limited_attempts", "sliding_window");
    private final RateLimit limit;

    FailedAttempts(RedisScripts redis, RateLimitConfig config) {
        this.redis = redis;
        this.limit = config.failedAttemptLimit();
    }

    /** How long this address has to wait before another unknown key of its is looked up; zero if not at all. */
    public Uni<Duration> delay(IpAddress address) {
        return run(address, 0);
    }

    /** Notes a failed attempt, and answers as {@link #delay}: an address over its limit is not counted further. */
    public Uni<Duration> note(IpAddress address) {
        return run(address, 1);
    }

    private Uni<Duration> run(IpAddress address, int attempts) {
        return redis.run(
                        script,
                        "plexe:1:failed:{" + address.limitedAs() + "}",
                        ascii(limit.requests()),
                        ascii(limit.window().toMillis()),
                        ascii(attempts))
                .map(answer -> Duration.ofMillis(answer.toLong()));
    }

    private static byte[] ascii(long number) {
        return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
    }
}
