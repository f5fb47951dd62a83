package ai.plexe.auth.session;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.id.TimeOrderedId;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The table of sessions. Event loops only, within the caller's session of the database. */
@ApplicationScoped
class ConsoleSessionRepository implements PanacheRepositoryBase<ConsoleSession, String> {

    private static final String LIVING = "userId = ?1 and endedAt is null and expiresAt > ?2 and lastSeenAt > ?3";

    private static final int ENDED_AT_ONCE = 9;

    /** A last use is written once a minute only, and a little late. */
    private static final Duration LATENESS = Duration.ofMinutes(2);

    /**
     * Keeps the user's credentials as they are until the transaction ends, if they are still at this version.
     *
     * @return whether they are
     */
    Uni<Boolean> holdCredentials(Person person) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(
                                "SELECT 1 FROM account_user WHERE id = ?1 AND credentials_version = ?2 FOR SHARE",
                                Integer.class)
                        .setParameter(1, person.userId())
                        .setParameter(2, person.credentialsVersion())
                        .getSingleResultOrNull())
                .map(found -> found != null);
    }

    /**
     * Is this agent one that the user has not signed in with lately?
     *
     * @param recently those who came since then bring their first device, which is no news to them
     */
    Uni<Boolean> isNewDevice(String userId, String userAgent, Instant recently) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(
                                "SELECT NOT EXISTS (SELECT 1 FROM console_session WHERE user_id = ?1"
                                        + " AND user_agent IS NOT DISTINCT FROM cast(?2 AS text)) AND (created_at < ?3 OR EXISTS"
                                        + " (SELECT 1 FROM console_session WHERE user_id = ?1)) FROM account_user WHERE id = ?1",
                                Boolean.class)
                        .setParameter(1, userId)
                        .setParameter(2, userAgent)
                        .setParameter(3, recently)
                        .getSingleResult());
    }

    /** Is this session of the user's neither ended nor at its end? How long it was idle is not looked at. */
    Uni<Boolean> isOpen(String userId, String sessionId, Instant now) {
        return count("id = ?1 and userId = ?2 and endedAt is null and expiresAt > ?3", sessionId, userId, now)
                .map(found -> found > 0);
    }

    /** The user's sessions that have not ended, as far as the table tells, oldest first. */
    Uni<List<ConsoleSession>> living(String userId, String after, int limit, Instant now, Duration idle) {
        Instant seenSince = now.minus(idle).minus(LATENESS);
        return find(LIVING + " and id > ?4 order by id", userId, now, seenSince, after == null ? "" : after)
                .page(0, limit)
                .list();
    }

    /** Locks some of the user's unended sessions that are older than the newest so many, newest first. */
    Uni<List<ConsoleSession>> lockBeyond(int newest, String userId, Instant now) {
        return find("userId = ?1 and endedAt is null and expiresAt > ?2 order by id desc", userId, now)
                .range(newest, newest + ENDED_AT_ONCE)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .list();
    }

    /** Locks those of the user's sessions that have not ended, newest first too, so that the two can't wait for each other. */
    Uni<List<ConsoleSession>> lockUnended(String userId, Instant now) {
        return find("userId = ?1 and endedAt is null and expiresAt > ?2 order by id desc", userId, now)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .list();
    }

    /** Locks a session of the user; null if there is none of that id. */
    Uni<ConsoleSession> lock(String userId, String sessionId) {
        return TimeOrderedId.isWellFormed("ses", sessionId)
                ? find("id = ?1 and userId = ?2", sessionId, userId)
                        .withLock(LockModeType.PESSIMISTIC_WRITE)
                        .firstResult()
                : Uni.createFrom().nullItem();
    }

    Uni<Integer> noteUse(String sessionId, Instant at, Client client) {
        return update(
                "lastSeenAt = ?1, address = ?2 where id = ?3 and lastSeenAt < ?1",
                at,
                client.address() == null ? null : client.address().toString(),
                sessionId);
    }

    /** Deletes rows that ended so long ago that nobody asks any more, a few at a time. */
    Uni<Integer> sweep(Instant before, int limit) {
        return getSession()
                .flatMap(session -> session.createNativeQuery("DELETE FROM console_session WHERE id IN (SELECT id FROM"
                                + " console_session WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)")
                        .setParameter(1, before)
                        .setParameter(2, limit)
                        .executeUpdate());
    }
}
