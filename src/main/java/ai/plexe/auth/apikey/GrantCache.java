package ai.plexe.auth.apikey;

import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.ratelimit.Quota;
import ai.plexe.auth.ratelimit.RateLimit;
import ai.plexe.auth.ratelimit.RateLimitConfig;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The copies of grants in Redis, and the counters beside them. Owns the keys {@code plexe:1:key:…}, each tagged with a
 * digest. The rules by which a copy is stored, used and withdrawn are told on
 * top of {@code redis/admit.lua}. Event loops only.
 */
@ApplicationScoped
public class GrantCache {

    private static final String NONE = "";

    // The script's states.
    private static final String UNKNOWN = "0";
    private static final String ACTIVE = "1";
    private static final String FENCED = "2";
    private static final String REVOKED = "3";
    private static final String ROTATED = "4";

    private final RedisScripts redis;
    private final ApiKeyConfig config;
    private final RateLimit defaultLimit;
    private final RedisScript admit = RedisScript.load("admit", "sliding_window");
    private final RedisScript withdraw = RedisScript.load("withdraw", "sliding_window");
    private final RedisScript carryCounter = RedisScript.load("carry_counter", "sliding_window");

    GrantCache(RedisScripts redis, ApiKeyConfig config, RateLimitConfig limits) {
        this.redis = redis;
        this.config = config;
        this.defaultLimit = limits.rateLimit();
    }

    /**
     * What the cache says.
     *
     * @param outcome as told on top of the script
     * @param identity with {@code rotated} the current digest; with {@code lookup} non-empty if the digest is known
     * @param lease with {@code lookup} the lease to look up under
     */
    record Answer(String outcome, String identity, String lease, Quota quota, List<String> failed) {}

    /**
     * Judges the presented key by its copy, if there is one.
     *
     * @param lease a token unique to this call, for the look-up if there is none
     * @param join whether to look up beside a caller who does so already, instead of waiting
     */
    Uni<Answer> admit(Presented presented, String lease, boolean join) {
        return redis.run(admit, keys(presented.digest()), arguments(presented, lease, join))
                .map(GrantCache::answer);
    }

    /** Judges the presented key by what was looked up, and keeps that, if the lease still stands. */
    Uni<Answer> admit(Presented presented, String lease, LookedUp found) {
        List<String> arguments = new ArrayList<>(List.of(arguments(presented, lease, false)));
        addFound(found, arguments);
        return redis.run(admit, keys(presented.digest()), arguments.toArray(String[]::new))
                .map(GrantCache::answer);
    }

    /**
     * Withdraws the copy, and marks the digest as known. To be called while the key's row is locked and before the change commits.
     *
     * @return the counter beside it, to be carried over by {@link #carryCounter}
     */
    Uni<List<String>> withdraw(String digest) {
        return redis.run(withdraw, keys(digest)).map(counter -> {
            List<String> fields = new ArrayList<>();
            counter.forEach(number -> fields.add(number.toString()));
            return fields;
        });
    }

    /** Goes on with a key's counter under its next secret. */
    Uni<Void> carryCounter(List<String> counter, String nextDigest) {
        if (counter.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return redis.run(carryCounter, keys(nextDigest), counter.toArray(String[]::new))
                .replaceWithVoid();
    }

    private String[] arguments(Presented presented, String lease, boolean join) {
        return new String[] {
            lease,
            (join ? "+" : "") + (presented.explain() ? "explain" : "consume"),
            String.valueOf(presented.needed().ordinal()),
            presented.address() == null ? NONE : presented.address().toHex(),
            String.valueOf(presented.cost()),
            String.valueOf(defaultLimit.requests()),
            millis(defaultLimit.window()),
            presented.account() == null ? NONE : presented.account()
        };
    }

    /** In the order that the script has on top of it. */
    private void addFound(LookedUp found, List<String> arguments) {
        if (!(found instanceof LookedUp.Known known)) {
            arguments.addAll(List.of(millis(config.unknownKeyTtl()), UNKNOWN, "0", NONE, NONE, NONE, NONE));
            return;
        }
        arguments.add(millis(config.grantTtl()));
        arguments.add(state(known));
        arguments.add(String.valueOf(known.grant().level().ordinal()));
        arguments.add(millis(known.expiresAt()));
        arguments.add(
                known.limit() == null ? NONE : String.valueOf(known.limit().requests()));
        arguments.add(known.limit() == null ? NONE : millis(known.limit().window()));
        arguments.add(known.grant().toIdentity());
        arguments.add(known.allowedNetworks().stream().map(Cidr::toHex).collect(Collectors.joining(",")));
        arguments.add(millis(known.acceptedUntil()));
        arguments.add(known.currentDigest());
    }

    private static String state(LookedUp.Known known) {
        if (known.revoked()) {
            return REVOKED;
        }
        if (known.acceptedUntil() != null) {
            return ROTATED;
        }
        return known.allowedNetworks().isEmpty() ? ACTIVE : FENCED;
    }

    private static Answer answer(Response answer) {
        if (answer.type() == ResponseType.MULTI) {
            return refusal(answer);
        }
        Buffer admitted = answer.toBuffer();
        Quota quota =
                quota((long) admitted.getDouble(0), (long) admitted.getDouble(8), (long) admitted.getDouble(16), (long)
                        admitted.getDouble(24));
        return new Answer("ok", admitted.getString(32, admitted.length()), NONE, quota, List.of());
    }

    private static Answer refusal(Response answer) {
        String outcome = answer.get(0).toString();
        String identity = answer.size() > 1 ? answer.get(1).toString() : NONE;
        if (answer.size() <= 3) {
            String lease = answer.size() > 2 ? answer.get(2).toString() : NONE;
            return new Answer(outcome, identity, lease, null, List.of());
        }
        Quota quota = quota(
                answer.get(2).toLong(),
                answer.get(3).toLong(),
                answer.get(4).toLong(),
                answer.get(5).toLong());
        String failed = answer.get(6).toString();
        return new Answer(outcome, identity, NONE, quota, failed.isEmpty() ? List.of() : List.of(failed.split(" ")));
    }

    private static Quota quota(long requests, long windowMillis, long remaining, long resetMillis) {
        return new Quota(
                new RateLimit(requests, Duration.ofMillis(windowMillis)), remaining, Duration.ofMillis(resetMillis));
    }

    private static String[] keys(String digest) {
        return new String[] {"plexe:1:key:{" + digest + "}"};
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }

    private static String millis(Instant time) {
        return time == null ? NONE : String.valueOf(time.toEpochMilli());
    }
}
