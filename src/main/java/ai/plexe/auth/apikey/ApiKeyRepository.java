package ai.plexe.auth.apikey;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.ratelimit.RateLimit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of keys, their secrets and their uses. Event loops only. */
@ApplicationScoped
class ApiKeyRepository implements PanacheRepositoryBase<ApiKey, String> {

    /*
     * FOR SHARE makes this wait for a change that holds the rows, and then read what it wrote: together with the
     * lease in Redis it is why a grant from before a change can't be cached after it (docs/adr/0003). Secrets are
     * locked before keys, as rotation does, so that the two can't wait for each other. Nothing is lost if the
     * locks, all that this writes, don't survive a crash: so the commit need not wait for the disk.
     */
    private static final String LOOK_UP = """
            SELECT k.id, k.account_id, k.permission_level, k.service, k.revoked_at, k.expires_at, k.allowed_ips,
                   k.digest AS current_digest, s.valid_until,
                   coalesce(k.rate_limit_requests, a.rate_limit_requests) AS requests,
                   CASE WHEN k.rate_limit_requests IS NULL THEN a.rate_limit_window_seconds
                        ELSE k.rate_limit_window_seconds END AS window_seconds,
                   set_config('synchronous_commit', 'off', true)
              FROM api_key_secret s
              JOIN api_key k ON k.id = s.key_id
              JOIN account a ON a.id = k.account_id
             WHERE s.digest = $1
               FOR SHARE OF s, k
            """;

    private static final String DEFAULT_LIMIT = """
            SELECT rate_limit_requests AS requests, rate_limit_window_seconds AS window_seconds
              FROM account
             WHERE id = $1
            """;

    private static final String VERSION_IN_FORCE = """
            SELECT xmin::text AS version
              FROM api_key
             WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """;

    /* FOR SHARE makes this wait for a deletion of the account that is under way, and tell no address after it. */
    private static final String NOTE_USES = """
            INSERT INTO api_key_use AS u (key_id, last_used_at, last_used_ip)
            SELECT used.key_id, used.at, used.ip
              FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS used (key_id, at, ip)
              JOIN api_key k ON k.id = used.key_id
              JOIN account a ON a.id = k.account_id AND a.deleted_at IS NULL
             ORDER BY used.key_id
               FOR SHARE OF a
                ON CONFLICT (key_id) DO UPDATE
               SET last_used_at = excluded.last_used_at, last_used_ip = coalesce(excluded.last_used_ip, u.last_used_ip)
             WHERE u.last_used_at < excluded.last_used_at
            """;

    private static final String BLANK = """
            UPDATE api_key
               SET name = '', metadata = '{}', allowed_ips = '{}', revoked_at = coalesce(revoked_at, :now)
             WHERE account_id = :account
            """;

    private static final String FORGET_ADDRESSES = """
            UPDATE api_key_use
               SET last_used_ip = NULL
             WHERE key_id IN (SELECT id FROM api_key WHERE account_id = :account)
            """;

    private final Pool pool;
    private final ApiKeyConfig config;
    private final Timer latency;
    private final AtomicInteger lookUps = new AtomicInteger();

    ApiKeyRepository(Pool pool, ApiKeyConfig config, MeterRegistry metrics) {
        this.pool = pool;
        this.config = config;
        this.latency = Timer.builder("plexe.key.lookup.latency")
                .description("Look-ups of keys in PostgreSQL, waiting included")
                .publishPercentileHistogram()
                .register(metrics);
    }

    /** What does this digest stand for, once every change that is under way has ended? */
    Uni<LookedUp> lookUp(String digest) {
        return Uni.createFrom().deferred(() -> {
            if (lookUps.incrementAndGet() > config.maxLookUps()) {
                lookUps.decrementAndGet();
                return Uni.createFrom()
                        .failure(ProblemException.unavailable("Too many keys are being looked up.", null));
            }
            Timer.Sample sample = Timer.start();
            // It is under way until PostgreSQL has answered or its connection is lost, whoever still waits for it.
            Future<RowSet<Row>> query = pool.withConnection(
                            connection -> connection.preparedQuery(LOOK_UP).execute(Tuple.of(digest)))
                    .onComplete(answered -> {
                        lookUps.decrementAndGet();
                        sample.stop(latency);
                    });
            return UniHelper.toUni(query)
                    .ifNoItem()
                    .after(config.lookUpTimeout())
                    .fail()
                    .map(ApiKeyRepository::lookedUp);
        });
    }

    /** Which keys of the account follow the cursor, oldest first? */
    Uni<List<ApiKey>> list(String accountId, KeyStatus status, Instant now, String after, int atMost) {
        String inStatus = status == null
                ? ""
                : switch (status) {
                    case ACTIVE -> " and revokedAt is null and (expiresAt is null or expiresAt > :now)";
                    case EXPIRED -> " and revokedAt is null and expiresAt <= :now";
                    case REVOKED -> " and revokedAt is not null";
                };
        Map<String, Object> parameters = inStatus.contains(":now")
                ? Map.of("account", accountId, "after", after, "now", now)
                : Map.of("account", accountId, "after", after);
        return find("accountId = :account and id > :after" + inStatus + " order by id", parameters)
                .page(Page.ofSize(atMost))
                .list();
    }

    /** Which key of this account has this id? Null if none. */
    Uni<ApiKey> ofAccount(String accountId, String keyId) {
        return find("id = ?1 and accountId = ?2", keyId, accountId).firstResult();
    }

    /** The same, locked until the transaction ends. */
    Uni<ApiKey> lockOfAccount(String accountId, String keyId) {
        return find("id = ?1 and accountId = ?2", keyId, accountId)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResult();
    }

    /** Which secrets have the keys of this account that are not revoked? Locked until the transaction ends. */
    Uni<List<String>> lockUnrevoked(String accountId) {
        return find("accountId = ?1 and revokedAt is null order by id", accountId)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .list()
                .map(keys -> keys.stream().map(key -> key.digest).toList());
    }

    /** Revokes all keys of this account, and takes from their rows what people wrote into them. */
    Uni<Integer> blank(String accountId, Instant now) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(BLANK)
                        .setParameter("now", now)
                        .setParameter("account", accountId)
                        .executeUpdate());
    }

    /** Takes away from where the keys of this account were used. */
    Uni<Integer> forgetAddresses(String accountId) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(FORGET_ADDRESSES)
                        .setParameter("account", accountId)
                        .executeUpdate());
    }

    /** Lets one rotation of a key run at a time; the next begins with what it left. */
    Uni<Void> queueForRotation(String keyId) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(
                                "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(?1, 0))", Integer.class)
                        .setParameter(1, keyId)
                        .getSingleResult())
                .replaceWithVoid();
    }

    /** Which secrets of this key of the account were accepted at this time or later? Locked until the transaction ends. */
    Uni<List<KeySecret>> lockSecrets(String accountId, String keyId, Instant since) {
        return getSession()
                .flatMap(session -> session.createQuery(
                                "from KeySecret s where s.keyId = ?1 and (s.validUntil is null or s.validUntil > ?3)"
                                        + " and exists (from ApiKey k where k.id = ?1 and k.accountId = ?2)",
                                KeySecret.class)
                        .setParameter(1, keyId)
                        .setParameter(2, accountId)
                        .setParameter(3, since)
                        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                        .getResultList());
    }

    Uni<Void> add(KeySecret secret) {
        return getSession().flatMap(session -> session.persist(secret));
    }

    /** Until when are the secrets that these keys had before accepted? Only those that still are. */
    Uni<Map<String, Instant>> graceEnds(List<String> keyIds, Instant now) {
        return getSession()
                .flatMap(session -> session.createQuery(
                                "from KeySecret s where s.keyId in ?1 and s.validUntil > ?2", KeySecret.class)
                        .setParameter(1, keyIds)
                        .setParameter(2, now)
                        .getResultList())
                .map(secrets -> secrets.stream()
                        .collect(Collectors.toMap(s -> s.keyId, s -> s.validUntil, (a, b) -> a.isAfter(b) ? a : b)));
    }

    /** The limit of the account's keys that have none of their own; null if it has none either. */
    Uni<RateLimit> defaultLimit(String accountId) {
        return UniHelper.toUni(pool.withConnection(
                        connection -> connection.preparedQuery(DEFAULT_LIMIT).execute(Tuple.of(accountId))))
                .map(rows -> rows.rowCount() == 0 ? null : limit(rows.iterator().next()));
    }

    private static RateLimit limit(Row row) {
        Long requests = row.getLong("requests");
        return requests == null ? null : new RateLimit(requests, Duration.ofSeconds(row.getInteger("window_seconds")));
    }

    /** The transaction that last changed this key; empty if it is revoked or expired. */
    Uni<String> versionInForce(String accountId, String keyId) {
        return UniHelper.toUni(pool.withConnection(
                        connection -> connection.preparedQuery(VERSION_IN_FORCE).execute(Tuple.of(accountId, keyId))))
                .map(rows -> rows.rowCount() == 0 ? "" : rows.iterator().next().getString("version"));
    }

    /** When and where were these keys last used? Keys that never were are left out. */
    Uni<Map<String, KeyUse>> lastUses(List<String> keyIds) {
        return getSession()
                .flatMap(session -> session.createQuery("from KeyUse where keyId in ?1", KeyUse.class)
                        .setParameter(1, keyIds)
                        .getResultList())
                .map(uses -> uses.stream().collect(Collectors.toMap(use -> use.keyId, use -> use)));
    }

    /** Notes the last uses of many keys at once; an older one never replaces a newer one. */
    Uni<Void> noteUses(List<LastUse.Use> uses) {
        Tuple columns = Tuple.of(
                uses.stream().map(LastUse.Use::keyId).toArray(String[]::new),
                uses.stream().map(use -> use.at().atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new),
                uses.stream()
                        .map(use -> use.address() == null ? null : use.address().toString())
                        .toArray(String[]::new));
        return UniHelper.toUni(pool.withConnection(
                        connection -> connection.preparedQuery(NOTE_USES).execute(columns)))
                .replaceWithVoid();
    }

    private static LookedUp lookedUp(RowSet<Row> rows) {
        if (rows.rowCount() == 0) {
            return new LookedUp.Unknown();
        }
        Row row = rows.iterator().next();
        Grant grant = new Grant(
                row.getString("id"),
                row.getString("account_id"),
                PermissionLevel.of(row.getString("permission_level")),
                row.getBoolean("service"));
        return new LookedUp.Known(
                grant,
                row.getOffsetDateTime("revoked_at") != null,
                instant(row, "expires_at"),
                limit(row),
                Stream.of(row.getArrayOfStrings("allowed_ips")).map(Cidr::parse).toList(),
                row.getString("current_digest"),
                instant(row, "valid_until"));
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
