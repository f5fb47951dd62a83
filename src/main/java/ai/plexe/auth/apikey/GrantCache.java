package ai.plexe.auth.apikey;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.LogStream;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The copies of grants in Redis, and the counters beside them. Owns the keys {@code plexe:1:key:…}, each tagged with the
 * shard of the access log that it writes to. The rules by which a copy is stored, used and withdrawn are told on top of {@code redis/admit.lua}. Event loops
 * only.
 */
@ApplicationScoped
public class GrantCache {

    private static final String NONE = "";
    private static final byte[] NOTHING = {};

    // The script's modes, and the size of its packed request before the address.
    private static final int EXPLAIN = 1;
    private static final int JOIN = 2;
    private static final int OR_SERVICE = 4;
    private static final int REQUEST_BYTES = 18;

    /** The rank of a level that no key has. */
    private static final int NO_KEY = PermissionLevel.values().length;

    // The script's states.
    private static final String UNKNOWN = "0";
    private static final String ACTIVE = "1";
    private static final String FENCED = "2";
    private static final String REVOKED = "3";
    private static final String ROTATED = "4";

    private final RedisScripts redis;
    private final ApiKeyConfig config;
    private final RateLimit defaultLimit;
    private final AccessLog log;
    private final int logBound;
    private final RedisScript admit = RedisScript.load("admit", "sliding_window", "epoch", "log", "entry");
    private final RedisScript withdraw = RedisScript.load("withdraw", "entry");
    private final RedisScript carryCounter = RedisScript.load("carry_counter", "sliding_window");
    private final RedisScript quota = RedisScript.load("quota", "sliding_window");

    GrantCache(RedisScripts redis, ApiKeyConfig config, RateLimitConfig limits, AccessLog log, LogStream stream) {
        this.redis = redis;
        this.log = log;
        this.logBound = stream.boundOfShard();
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
        List<byte[]> arguments = new ArrayList<>(List.of(arguments(presented, lease, false)));
        found(found).forEach(field -> arguments.add(bytes(field)));
        return redis.run(admit, keys(presented.digest()), arguments.toArray(byte[][]::new))
                .map(GrantCache::answer);
    }

    /**
     * Withdraws the copy, and marks the digest as known. To be called while the key's row is locked and before the change
     * commits.
     *
     * @return the counter beside it, to be carried over by {@link #carryCounter}; null if there is none
     */
    Uni<byte[]> withdraw(String digest) {
        return redis.run(withdraw, key(digest)).map(counter -> counter == null ? null : counter.toBytes());
    }

    /** How many requests could follow at once under this limit, which is in force; counts nothing. */
    Uni<Long> remaining(String digest, RateLimit limit) {
        return redis.run(quota, key(digest), bytes(String.valueOf(limit.requests())), bytes(millis(limit.window())))
                .map(Response::toLong);
    }

    /** Goes on with a key's counter, if there is one, under its next secret. */
    Uni<Void> carryCounter(byte[] counter, String nextDigest) {
        return counter == null
                ? Uni.createFrom().voidItem()
                : redis.run(carryCounter, key(nextDigest), counter).replaceWithVoid();
    }

    /** In the order, and the one of them in the form, that the script has on top of it. */
    private byte[][] arguments(Presented presented, String lease, boolean join) {
        byte[] address =
                presented.address() == null ? NOTHING : presented.address().toBytes();
        byte[] request = ByteBuffer.allocate(REQUEST_BYTES + address.length)
                .put((byte) ((presented.explain() ? EXPLAIN : 0)
                        + (join ? JOIN : 0)
                        + (presented.orService() ? OR_SERVICE : 0)))
                .put((byte)
                        (presented.needed() == null
                                ? NO_KEY
                                : presented.needed().ordinal()))
                .putInt((int) presented.cost())
                .putInt((int) defaultLimit.requests())
                .putInt((int) defaultLimit.window().toSeconds())
                .putInt(logBound)
                .put(address)
                .array();
        return new byte[][] {
            bytes(lease),
            request,
            presented.account() == null ? NOTHING : bytes(presented.account()),
            log.partOf(presented.event(), presented.cost(), presented.client())
        };
    }

    /** In the order that the script has on top of it. */
    private List<String> found(LookedUp found) {
        if (!(found instanceof LookedUp.Known known)) {
            return List.of(millis(config.unknownKeyTtl()), UNKNOWN, "0", NONE, NONE, NONE, NONE);
        }
        RateLimit limit = known.limit();
        return List.of(
                millis(config.grantTtl()),
                state(known),
                String.valueOf(known.grant().level().ordinal()),
                millis(known.expiresAt()),
                limit == null ? NONE : String.valueOf(limit.requests()),
                limit == null ? NONE : millis(limit.window()),
                known.grant().toIdentity(),
                known.allowedNetworks().stream().map(Cidr::toHex).collect(Collectors.joining(",")),
                millis(known.acceptedUntil()),
                known.currentDigest());
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

    private static String key(String digest) {
        return key(LogStream.tagOf(digest), digest);
    }

    private static String key(String tag, String digest) {
        return "plexe:1:key:" + tag + ':' + digest;
    }

    /** The digest's own key, and the stream beside it. */
    private static String[] keys(String digest) {
        String tag = LogStream.tagOf(digest);
        return new String[] {key(tag, digest), LogStream.streamOf(tag)};
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }

    private static String millis(Instant time) {
        return time == null ? NONE : String.valueOf(time.toEpochMilli());
    }
}
