package ai.plexe.auth.account;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** The table of mailed links. Event loops only, within the caller's session but for {@link #sweep}. */
@ApplicationScoped
class MailLinkRepository implements PanacheRepositoryBase<MailLink, String> {

    /** A user has one link for a purpose: the newest. */
    private static final String REPLACE = """
            INSERT INTO mail_link (digest, user_id, purpose, email, created_at, expires_at)
            VALUES (:digest, :user, :purpose, :email, :now, :expiry)
                ON CONFLICT (user_id, purpose) DO UPDATE
               SET digest = excluded.digest, email = excluded.email,
                   created_at = excluded.created_at, expires_at = excluded.expires_at
            """;

    private static final String TAKE = """
            DELETE FROM mail_link
             WHERE digest = :digest AND purpose = :purpose AND expires_at > :now
            RETURNING email
            """;

    private static final String SWEEP = """
            DELETE FROM mail_link
             WHERE digest IN (SELECT digest FROM mail_link
                               WHERE expires_at <= $1
                               ORDER BY expires_at
                               LIMIT $2
                                 FOR UPDATE SKIP LOCKED)
            """;

    private final Pool pool;

    MailLinkRepository(Pool pool) {
        this.pool = pool;
    }

    Uni<Void> replace(MailLink link) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(REPLACE)
                        .setParameter("digest", link.digest)
                        .setParameter("user", link.userId)
                        .setParameter("purpose", link.purpose)
                        .setParameter("email", link.email)
                        .setParameter("now", link.createdAt)
                        .setParameter("expiry", link.expiresAt)
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** Whose link has this digest? Null if none that still works. */
    Uni<String> userOf(String digest, MailLinkPurpose purpose, Instant now) {
        return find("digest = ?1 and purpose = ?2 and expiresAt > ?3", digest, purpose.column(), now)
                .firstResult()
                .map(link -> link == null ? null : link.userId);
    }

    /**
     * Uses the link up, if it still works: of two who try at once only one gets it.
     *
     * @return the address that it was sent to; null if it does not work
     */
    Uni<String> take(String digest, MailLinkPurpose purpose, Instant now) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(TAKE, String.class)
                        .setParameter("digest", digest)
                        .setParameter("purpose", purpose.column())
                        .setParameter("now", now)
                        .getSingleResultOrNull());
    }

    Uni<Void> removeOf(String userId, List<String> purposes) {
        return delete("userId = ?1 and purpose in ?2", userId, purposes).replaceWithVoid();
    }

    /** Clears expired links away, so many at most, in a transaction of its own. */
    Uni<Integer> sweep(Instant now, int atMost) {
        Tuple parameters = Tuple.of(now.atOffset(ZoneOffset.UTC), atMost);
        return UniHelper.toUni(pool.withConnection(
                        connection -> connection.preparedQuery(SWEEP).execute(parameters)))
                .map(SqlResult::rowCount);
    }
}
