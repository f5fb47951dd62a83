package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.account.AccountService;
import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.validation.Validated;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The life of keys: making, changing, rotating, revoking. Every change locks the key's rows, withdraws its copies from
 * Redis, and only then commits, so that none of them is acted on once the change has been answered; if Redis does not
 * confirm, nothing has changed. Event loops only.
 */
@Startup
@ApplicationScoped
public class ApiKeyService {

    private static final Duration LONGEST_LIFE = Duration.ofDays(3653);

    private final ApiKeyRepository repository;
    private final AccountService accounts;
    private final GrantCache cache;
    private final Validated validated;
    private final Clock clock;
    private final Timer revocationLag;
    private final SecureRandom random = new SecureRandom();

    ApiKeyService(
            ApiKeyRepository repository,
            AccountService accounts,
            GrantCache cache,
            Validated validated,
            Clock clock,
            MeterRegistry metrics) {
        this.repository = repository;
        this.accounts = accounts;
        this.cache = cache;
        this.validated = validated;
        this.clock = clock;
        this.revocationLag = Timer.builder("plexe.revocation.lag")
                .description("From writing a change of a key to its effect on every instance")
                .publishPercentileHistogram()
                .register(metrics);
    }

    Uni<KeyDetails> create(Caller caller, KeySettings settings) {
        validate(settings, null);
        allow(caller, settings.permissionLevel());
        ApiKeySecret secret = ApiKeySecret.generate(random);
        return Panache.withTransaction(() -> allowService(caller, settings.service())
                .flatMap(allowed -> insert(caller.accountId(), settings, secret)));
    }

    /** Makes a key with a secret that was chosen elsewhere, inside the caller's transaction. */
    public Uni<KeyDetails> insert(String accountId, KeySettings settings, ApiKeySecret secret) {
        Instant now = now();
        ApiKey key = new ApiKey();
        key.id = TimeOrderedId.next("key", clock.instant());
        key.accountId = accountId;
        key.createdAt = now;
        show(key, secret);
        apply(settings, key);
        return repository
                .persist(key)
                .call(repository::flush)
                .call(() -> repository.add(KeySecret.of(key, now)))
                .call(() -> withdraw(key))
                .map(inserted -> KeyDetails.of(key).withSecret(secret));
    }

    Uni<List<KeyDetails>> list(Caller caller, KeyStatus status, String after, int atMost) {
        return Panache.withSession(() -> repository
                .list(caller.accountId(), status, now(), after, atMost)
                .flatMap(this::describe));
    }

    Uni<KeyDetails> get(Caller caller, String keyId) {
        return Panache.withSession(() -> wellFormed(keyId)
                .flatMap(id -> repository.ofAccount(caller.accountId(), id))
                .onItem()
                .ifNull()
                .failWith(ApiKeyService::noSuchKey)
                .flatMap(key -> describe(List.of(key)))
                .map(keys -> keys.get(0)));
    }

    /**
     * Changes a key's settings.
     *
     * @param edit from the present settings to the wanted ones
     */
    Uni<KeyDetails> change(Caller caller, String keyId, UnaryOperator<KeySettings> edit) {
        return effective(caller, keyId, key -> {
            allow(caller, key);
            refuseRevoked(key);
            KeySettings before = settings(key);
            KeySettings after = edit.apply(before);
            validate(after, before);
            allow(caller, after.permissionLevel());
            return allowService(caller, after.service() && !key.service)
                    .invoke(() -> apply(after, key))
                    .flatMap(allowed -> withdraw(key));
        });
    }

    /** Revokes a key of any level; once more changes nothing. */
    Uni<KeyDetails> revoke(Caller caller, String keyId) {
        return effective(caller, keyId, key -> {
            if (key.revokedAt == null) {
                key.revokedAt = now();
            }
            return withdraw(key);
        });
    }

    /**
     * Gives a key a new secret.
     *
     * @param grace how long secrets from before are still accepted, at most; zero for not at all
     */
    Uni<KeyDetails> rotate(Caller caller, String keyId, Duration grace) {
        ApiKeySecret next = ApiKeySecret.generate(random);
        return effective(
                        () -> wellFormed(keyId)
                                .flatMap(repository::queueForRotation)
                                .flatMap(queued -> repository.lockSecrets(caller.accountId(), keyId))
                                .flatMap(secrets -> lock(caller, keyId).map(key -> new Locked(key, secrets))),
                        locked -> {
                            allow(caller, locked.key());
                            refuseRevoked(locked.key());
                            refuseExpired(locked.key());
                            return replaceSecret(locked, next, grace);
                        })
                .map(details -> details.withSecret(next));
    }

    private Uni<Void> replaceSecret(Locked locked, ApiKeySecret next, Duration grace) {
        ApiKey key = locked.key();
        Instant now = now();
        String previous = key.digest;
        List<String> older = locked.secrets().stream()
                .filter(secret -> secret.isAcceptedAt(now))
                .map(secret -> secret.digest)
                .filter(digest -> !digest.equals(previous))
                .toList();
        Instant end = grace.isZero() ? KeySecret.AT_ONCE : now.plus(grace);
        locked.secrets().forEach(secret -> secret.retire(end));
        key.rotatedAt = now;
        show(key, next);
        return repository
                .flush()
                .call(() -> repository.add(KeySecret.of(key, now)))
                .call(repository::flush)
                .flatMap(flushed -> confirmed(cache.withdraw(previous)
                        .flatMap(counter -> cache.carryCounter(counter, key.digest))
                        .flatMap(carried -> cache.withdraw(key.digest))
                        .flatMap(known -> withdrawAll(older))));
    }

    private Uni<Void> withdraw(ApiKey key) {
        return confirmed(cache.withdraw(key.digest).replaceWithVoid());
    }

    private static Uni<Void> confirmed(Uni<Void> withdrawal) {
        return withdrawal
                .onFailure()
                .transform(failure -> ProblemException.unavailable(
                        "The change could not be made effective everywhere, so nothing has changed.", failure));
    }

    private Uni<Void> withdrawAll(List<String> digests) {
        return Multi.createFrom()
                .iterable(digests)
                .onItem()
                .transformToUniAndConcatenate(cache::withdraw)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** A key whose rows are locked; its secrets only where they are about to change. */
    private record Locked(ApiKey key, List<KeySecret> secrets) {}

    private Uni<KeyDetails> effective(Caller caller, String keyId, Function<ApiKey, Uni<Void>> change) {
        return effective(
                () -> lock(caller, keyId).map(key -> new Locked(key, List.of())), locked -> change.apply(locked.key()));
    }

    /**
     * Locks the key, changes it, and commits when its copies are withdrawn.
     *
     * @param change changes the locked rows and completes when Redis has confirmed the withdrawal
     */
    private Uni<KeyDetails> effective(Supplier<Uni<Locked>> lock, Function<Locked, Uni<Void>> change) {
        return Uni.createFrom().deferred(() -> {
            Timer.Sample sample = Timer.start();
            return Panache.withTransaction(() -> lock.get()
                            .call(locked -> change.apply(locked))
                            .call(repository::flush)
                            .flatMap(locked -> describe(List.of(locked.key())))
                            .map(keys -> keys.get(0)))
                    .invoke(() -> sample.stop(revocationLag));
        });
    }

    private Uni<ApiKey> lock(Caller caller, String keyId) {
        return wellFormed(keyId)
                .flatMap(id -> repository.lockOfAccount(caller.accountId(), id))
                .onItem()
                .ifNull()
                .failWith(ApiKeyService::noSuchKey);
    }

    private Uni<List<KeyDetails>> describe(List<ApiKey> keys) {
        if (keys.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        List<String> ids = keys.stream().map(key -> key.id).toList();
        return repository
                .graceEnds(ids, now())
                .flatMap(graceEnds -> repository
                        .lastUses(ids)
                        .map(uses -> keys.stream()
                                .map(key -> new KeyDetails(key, null, graceEnds.get(key.id), uses.get(key.id)))
                                .toList()));
    }

    private Uni<Boolean> allowService(Caller caller, boolean service) {
        if (!service) {
            return Uni.createFrom().item(true);
        }
        allow(caller, PermissionLevel.ADMIN);
        return accounts.isOperator(caller.accountId()).invoke(operator -> {
            if (!operator) {
                throw ProblemException.insufficientPermissions(
                        PermissionLevel.ADMIN.wireName(), "Service keys are made by the operator's account.");
            }
        });
    }

    /** Nobody changes or rotates above their own level; a service key's powers are those of an administrator. */
    private static void allow(Caller caller, ApiKey key) {
        allow(caller, key.service ? PermissionLevel.ADMIN : key.level);
    }

    private static void allow(Caller caller, PermissionLevel level) {
        if (!caller.level().covers(level)) {
            throw ProblemException.insufficientPermissions(
                    level.wireName(), "Nobody hands out, changes or rotates above their own level.");
        }
    }

    private static void refuseRevoked(ApiKey key) {
        if (key.revokedAt != null) {
            throw ProblemException.of(ProblemCode.CONFLICT, "The key is revoked, for good.");
        }
    }

    private void refuseExpired(ApiKey key) {
        if (KeyDetails.of(key).statusAt(now()) == KeyStatus.EXPIRED) {
            throw ProblemException.of(ProblemCode.CONFLICT, "The key has expired; give it a later expires_at first.");
        }
    }

    private void validate(KeySettings settings, KeySettings before) {
        validated.body(settings);
        Instant expiry = settings.expiresAt();
        boolean changed = before == null || !Objects.equals(expiry, before.expiresAt());
        if (expiry == null || !changed) {
            return;
        }
        if (!expiry.isAfter(now())) {
            throw ProblemException.invalid("expires_at", "must be in the future");
        }
        if (expiry.isAfter(now().plus(LONGEST_LIFE))) {
            throw ProblemException.invalid("expires_at", "must be at most ten years ahead; leave it out for never");
        }
    }

    static KeySettings settings(ApiKey key) {
        return new KeySettings(
                key.name,
                key.level,
                key.expiresAt,
                key.rateLimitRequests == null
                        ? null
                        : new KeySettings.Limit(key.rateLimitRequests, key.rateLimitWindowSeconds),
                List.of(key.allowedIps),
                key.metadata,
                key.service);
    }

    private static void apply(KeySettings settings, ApiKey key) {
        KeySettings.Limit limit = settings.rateLimit();
        key.name = settings.name();
        key.level = settings.permissionLevel();
        key.expiresAt =
                settings.expiresAt() == null ? null : settings.expiresAt().truncatedTo(ChronoUnit.MILLIS);
        key.rateLimitRequests = limit == null ? null : limit.requests();
        key.rateLimitWindowSeconds = limit == null ? null : limit.windowSeconds();
        key.allowedIps = settings.allowedIps().stream()
                .map(network -> Cidr.parse(network).toString())
                .distinct()
                .toArray(String[]::new);
        key.metadata = Map.copyOf(settings.metadata());
        key.service = settings.service();
    }

    private static void show(ApiKey key, ApiKeySecret secret) {
        key.digest = secret.digest();
        key.preview = secret.preview();
    }

    /** No key has another form of id, so the database need not be asked, nor read what it can't. */
    private static Uni<String> wellFormed(String keyId) {
        return TimeOrderedId.isWellFormed("key", keyId)
                ? Uni.createFrom().item(keyId)
                : Uni.createFrom().failure(noSuchKey());
    }

    private static ProblemException noSuchKey() {
        return ProblemException.notFound("API key");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
