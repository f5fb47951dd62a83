package ai.plexe.auth.apikey;

import ai.plexe.auth.access.AccountBelongings;
import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.AccountFacts;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.validation.Validated;
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
import java.util.function.UnaryOperator;

/** The life of keys: making, listing, changing, rotating, revoking. Event loops only. */
@Startup
@ApplicationScoped
public class ApiKeyService implements AccountBelongings, AccountFacts {

    private static final Duration LONGEST_LIFE = Duration.ofDays(3653);
    private static final int MAX_SECRETS_IN_GRACE = 10;

    /** By how much the clock of whoever reads when a secret ends may be behind ours. */
    private static final Duration CLOCK_DOUBT = Duration.ofDays(1);

    private final ApiKeyRepository repository;
    private final KeyPrivileges privileges;
    private final KeyChange keyChange;
    private final GrantCache cache;
    private final Validated validated;
    private final AccessLog log;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ApiKeyService(
            ApiKeyRepository repository,
            KeyPrivileges privileges,
            KeyChange keyChange,
            GrantCache cache,
            Validated validated,
            AccessLog log,
            Clock clock) {
        this.repository = repository;
        this.privileges = privileges;
        this.keyChange = keyChange;
        this.cache = cache;
        this.validated = validated;
        this.log = log;
        this.clock = clock;
    }

    Uni<KeyDetails> create(Caller caller, KeySettings settings, Client client) {
        ApiKeySecret secret = ApiKeySecret.generate(random);
        Uni<KeyDetails> work = Uni.createFrom().deferred(() -> {
            validate(settings, null);
            KeyPrivileges.require(caller, settings.permissionLevel());
            return Work.inTransaction(() -> privileges
                    .requireStanding(caller)
                    .flatMap(standing -> allowService(caller, settings.service()))
                    .flatMap(allowed -> insert(caller.accountId(), settings, secret)));
        });
        return log.notedMade(work, Event.KEY_CREATE, caller, client, details -> details.key().id);
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
                .call(repository::flush)
                .call(() -> KeyChange.confirmed(withdraw(key)))
                .map(inserted -> KeyDetails.of(key).withSecret(secret));
    }

    Uni<List<KeyDetails>> list(Caller caller, KeyStatus status, String after, int atMost) {
        return Work.inSession(() -> repository
                .list(caller.accountId(), status, now(), after, atMost)
                .flatMap(this::describe));
    }

    Uni<KeyDetails> get(Caller caller, String keyId) {
        return Work.inSession(() -> wellFormed(keyId)
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
    Uni<KeyDetails> change(Caller caller, String keyId, UnaryOperator<KeySettings> edit, Client client) {
        Uni<KeyDetails> work = keyChange.make(
                () -> lock(caller, keyId),
                key -> {
                    KeyPrivileges.require(caller, key);
                    refuseRevoked(key);
                    KeySettings before = settings(key);
                    KeySettings after = edit.apply(before);
                    validate(after, before);
                    KeyPrivileges.require(caller, after.permissionLevel());
                    return allowService(caller, after.service() && !key.service)
                            .invoke(() -> apply(after, key))
                            .flatMap(allowed -> written(key));
                },
                this::withdraw);
        return log.noted(work, Event.KEY_CHANGE, caller, client, keyId);
    }

    /** Revokes a key of any level; once more changes nothing. */
    Uni<KeyDetails> revoke(Caller caller, String keyId, Client client) {
        Uni<KeyDetails> work = keyChange.make(
                () -> lock(caller, keyId),
                key -> {
                    if (key.revokedAt == null) {
                        key.revokedAt = now();
                    }
                    return written(key);
                },
                this::withdraw);
        return log.noted(work, Event.KEY_REVOKE, caller, client, keyId);
    }

    /**
     * Gives a key a new secret.
     *
     * @param grace how long secrets from before are still accepted, at most; zero for not at all
     */
    Uni<KeyDetails> rotate(Caller caller, String keyId, Duration grace, Client client) {
        ApiKeySecret next = ApiKeySecret.generate(random);
        Uni<KeyDetails> work = keyChange
                .make(
                        () -> lockWithSecrets(caller, keyId),
                        old -> replaceSecret(caller, old, next, grace),
                        old -> withdrawRotated(old, next))
                .map(details -> details.withSecret(next));
        return log.noted(work, Event.KEY_ROTATE, caller, client, keyId);
    }

    /** Revokes every key of a deleted account, and blanks what people wrote into them and where they were used. */
    @Override
    public Uni<Void> removeOf(String accountId) {
        return keyChange.within(
                () -> repository.lockUnrevoked(accountId),
                keys -> repository
                        .blank(accountId, now())
                        .flatMap(blanked -> repository.forgetAddresses(accountId))
                        .replaceWithVoid(),
                this::withdrawAll);
    }

    @Override
    public Uni<String> keyName(String accountId, String keyId) {
        return Work.inSession(() -> repository.ofAccount(accountId, keyId)).map(key -> key == null ? null : key.name);
    }

    @Override
    public Uni<Boolean> runsInstallation(String accountId) {
        return Work.inSession(() -> privileges.isOperator(accountId));
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

    /**
     * A locked key.
     *
     * @param digest of the secret it had when it was locked
     * @param secrets those that any clock may still take for accepted
     */
    private record KeyWithSecrets(ApiKey key, String digest, List<KeySecret> secrets) {}

    private Uni<KeyWithSecrets> lockWithSecrets(Caller caller, String keyId) {
        return wellFormed(keyId)
                .flatMap(repository::queueForRotation)
                .flatMap(queued -> repository.lockSecrets(caller.accountId(), keyId, now().minus(CLOCK_DOUBT)))
                .flatMap(secrets -> lock(caller, keyId).map(key -> new KeyWithSecrets(key, key.digest, secrets)));
    }

    private Uni<KeyDetails> replaceSecret(Caller caller, KeyWithSecrets old, ApiKeySecret next, Duration grace) {
        ApiKey key = old.key();
        Instant now = now();
        KeyPrivileges.require(caller, key);
        refuseRevoked(key);
        refuseExpired(key);
        if (!grace.isZero()) {
            refuseTooManySecrets(old.secrets(), now);
        }
        Instant end = grace.isZero() ? KeySecret.AT_ONCE : now.plus(grace);
        old.secrets().forEach(secret -> secret.retire(end));
        key.rotatedAt = now;
        show(key, next);
        return repository
                .flush()
                .call(() -> repository.add(KeySecret.of(key, now)))
                .flatMap(added -> written(key));
    }

    private Uni<Void> withdrawRotated(KeyWithSecrets old, ApiKeySecret next) {
        return cache.withdraw(old.digest())
                .flatMap(counter -> cache.carryCounter(counter, next.digest()))
                .flatMap(carried -> cache.withdraw(next.digest()))
                .flatMap(withdrawn -> Multi.createFrom()
                        .iterable(old.secrets())
                        .onItem()
                        .transformToUniAndConcatenate(secret -> cache.withdraw(secret.digest))
                        .collect()
                        .last())
                .replaceWithVoid();
    }

    private Uni<Void> withdraw(ApiKey key) {
        return cache.withdraw(key.digest).replaceWithVoid();
    }

    /** Writes what was changed, and describes it. */
    private Uni<KeyDetails> written(ApiKey key) {
        return repository.flush().flatMap(flushed -> describe(List.of(key))).map(keys -> keys.get(0));
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

    private Uni<Void> allowService(Caller caller, boolean service) {
        return service ? privileges.requireOperator(caller) : Uni.createFrom().voidItem();
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

    private static void refuseTooManySecrets(List<KeySecret> secrets, Instant now) {
        if (secrets.stream().filter(secret -> secret.isAcceptedAt(now)).count() > MAX_SECRETS_IN_GRACE) {
            throw ProblemException.of(
                    ProblemCode.CONFLICT,
                    MAX_SECRETS_IN_GRACE
                            + " earlier secrets of the key are still accepted; wait until the grace period of"
                            + " one has ended, or rotate without one.");
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
