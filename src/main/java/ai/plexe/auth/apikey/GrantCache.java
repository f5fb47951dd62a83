package ai.plexe.auth.apikey;

import ai.plexe.auth.ratelimit.Quota;
import ai.plexe.auth.ratelimit.RateLimit;
import ai.plexe.auth.ratelimit.RateLimitConfig;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The copies of grants in Redis, and the counters beside them. Owns the keys {@code plexe:1:grant:…} and {@code
 * plexe:1:count:…}, both tagged with the digest. The rules by which a copy is stored, used and withdrawn are told on
 * top of {@code redis/admit.lua}. Event loops only.
 */
@ApplicationScoped
public class GrantCache {

    private static final String NONE = "";

    private final RedisScripts redis;
    private final ApiKeyConfig config;
    private final RateLimit defaultLimit;
    private final RedisScript admit = RedisScript.load("admit", "sliding_window");
    private final RedisScript withdraw = RedisScript.load("withdraw");
    private final RedisScript carryCounter = RedisScript.load("carry_counter");

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
        if (found instanceof LookedUp.Known known) {
            addFields(known, arguments);
        } else {
            arguments.addAll(List.of(millis(config.unknownKeyTtl()), "s", "-"));
        }
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
            counter.forEach(f -> fields.add(f == null ? null : f.toString()));
            return fields;
        });
    }

    /** Goes on with a key's counter under its next secret. */
    Uni<Void> carryCounter(List<String> counter, String nextDigest) {
        if (counter.get(0) == null) {
            return Uni.createFrom().voidItem();
        }
        return redis.run(carryCounter, new String[] {counterKey(nextDigest)}, counter.toArray(String[]::new))
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

    private void addFields(LookedUp.Known known, List<String> arguments) {
        boolean rotated = known.acceptedUntil() != null;
        arguments.add(millis(config.grantTtl()));
        addField("s", known.revoked() ? "r" : rotated ? "z" : "a", arguments);
        addField("g", known.grant().toIdentity(), arguments);
        addField("b", known.grant().accountId(), arguments);
        addField("l", String.valueOf(known.grant().level().ordinal()), arguments);
        if (known.expiresAt() != null) {
            addField("x", String.valueOf(known.expiresAt().toEpochMilli()), arguments);
        }
        if (!known.allowedNetworks().isEmpty()) {
            addField(
                    "a",
                    known.allowedNetworks().stream()
                            .map(network -> network.toHex())
                            .collect(Collectors.joining(",")),
                    arguments);
        }
        if (known.limit() != null) {
            addField("q", String.valueOf(known.limit().requests()), arguments);
            addField("w", millis(known.limit().window()), arguments);
        }
        if (rotated) {
            addField("v", String.valueOf(known.acceptedUntil().toEpochMilli()), arguments);
            addField("d", known.currentDigest(), arguments);
        }
    }

    private static void addField(String name, String value, List<String> arguments) {
        arguments.add(name);
        arguments.add(value);
    }

    private static Answer answer(Response answer) {
        String outcome = answer.get(0).toString();
        String identity = answer.size() > 1 ? answer.get(1).toString() : NONE;
        if (answer.size() <= 3) {
            String lease = answer.size() > 2 ? answer.get(2).toString() : NONE;
            return new Answer(outcome, identity, lease, null, List.of());
        }
        RateLimit limit = new RateLimit(
                answer.get(2).toLong(), Duration.ofMillis(answer.get(3).toLong()));
        Quota quota = new Quota(
                limit, answer.get(4).toLong(), Duration.ofMillis(answer.get(5).toLong()));
        String failed = answer.get(6).toString();
        return new Answer(outcome, identity, NONE, quota, failed.isEmpty() ? List.of() : List.of(failed.split(" ")));
    }

    private static String[] keys(String digest) {
        return new String[] {"plexe:1:grant:{" + digest + "}", counterKey(digest)};
    }

    private static String counterKey(String digest) {
        return "plexe:1:count:{" + digest + "}";
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }
}
