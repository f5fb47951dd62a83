package ai.plexe.auth.session;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/** The table of signing keys. Event loops only, within the caller's session. */
@ApplicationScoped
class SigningKeyRepository implements PanacheRepositoryBase<SigningKey, String> {

    /** The number of the lock under which keys are made, so that instances do not make two at once. */
    private static final long LOCK = 0x706c657865L;

    /** Waits for whoever is making a key; the lock is held until the transaction ends. */
    Uni<Void> lock() {
        return getSession()
                .flatMap(session -> session.createNativeQuery("SELECT 1 FROM pg_advisory_xact_lock(?1)", Integer.class)
                        .setParameter(1, LOCK)
                        .getSingleResult())
                .replaceWithVoid();
    }

    /** Those that tokens are accepted of, oldest first. In SQL, which keeps the parser of HQL out of each start. */
    Uni<List<SigningKey>> accepted(Instant now) {
        return getSession()
                .flatMap(session -> session.createNativeQuery("""
                                SELECT * FROM signing_key
                                WHERE accepted_until IS NULL OR accepted_until > ?1
                                ORDER BY signs_from, id""", SigningKey.class)
                        .setParameter(1, now)
                        .getResultList());
    }

    /** Puts an end to those that have none yet. */
    Uni<Integer> replace(Instant replacedAt, Instant acceptedUntil) {
        return update("replacedAt = ?1, acceptedUntil = ?2 where replacedAt is null", replacedAt, acceptedUntil);
    }

    /** Puts an end to all, now. */
    Uni<Integer> revokeAll(Instant now) {
        return update(
                "replacedAt = coalesce(replacedAt, ?1), acceptedUntil = ?1 where acceptedUntil is null or acceptedUntil > ?1",
                now);
    }

    /** Does this account run the installation? */
    Uni<Boolean> isOperator(String accountId) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(
                                "SELECT operator FROM account WHERE id = ?1", Boolean.class)
                        .setParameter(1, accountId)
                        .getSingleResultOrNull())
                .map(Boolean.TRUE::equals);
    }
}
