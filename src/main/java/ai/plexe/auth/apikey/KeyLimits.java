package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.ratelimit.RateLimit;
import ai.plexe.auth.ratelimit.RateLimitConfig;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Tells how near their limits keys are. Event loops only. */
@ApplicationScoped
class KeyLimits {

    private static final int AT_ONCE = 20;

    private final ApiKeyService service;
    private final ApiKeyRepository repository;
    private final GrantCache cache;
    private final RateLimit installationDefault;

    KeyLimits(ApiKeyService service, ApiKeyRepository repository, GrantCache cache, RateLimitConfig config) {
        this.service = service;
        this.repository = repository;
        this.cache = cache;
        this.installationDefault = config.rateLimit();
    }

    /**
     * How near a key is to its limit.
     *
     * @param own whether the limit is the key's own, and not a default
     * @param remaining requests that could follow at once
     */
    record Nearness(String keyId, RateLimit limit, boolean own, long remaining) {}

    /** Of the account's active keys, in the order of their ids. */
    Uni<List<Nearness>> list(Caller caller, String after, int atMost) {
        return repository
                .defaultLimit(caller.accountId())
                .map(limit -> limit == null ? installationDefault : limit)
                .flatMap(byDefault -> service.list(caller, KeyStatus.ACTIVE, after, atMost)
                        .flatMap(keys -> Multi.createFrom()
                                .iterable(keys)
                                .onItem()
                                .transformToUni(details -> nearness(details.key(), byDefault))
                                .merge(AT_ONCE)
                                .collect()
                                .asList()))
                .map(found -> found.stream()
                        .sorted((one, other) -> one.keyId().compareTo(other.keyId()))
                        .toList())
                .onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> ProblemException.unavailable("The limits could not be read just now.", failure));
    }

    private Uni<Nearness> nearness(ApiKey key, RateLimit byDefault) {
        boolean own = key.rateLimitRequests != null;
        RateLimit limit =
                own ? new RateLimit(key.rateLimitRequests, Duration.ofSeconds(key.rateLimitWindowSeconds)) : byDefault;
        return cache.remaining(key.digest, limit).map(remaining -> new Nearness(key.id, limit, own, remaining));
    }
}
