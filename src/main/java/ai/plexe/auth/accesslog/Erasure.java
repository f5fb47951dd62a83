package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.AccountBelongings;
import ai.plexe.auth.database.Statements;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * Removes the entries of accounts that were deleted, from before they were: there is who did what from where in them. It is
 * noted in the transaction that deletes the account, which takes the networks of its keys away at once, and done afterwards,
 * some at a time; usage stays, and so does what tells of the deletion and of later tries. Event loops only.
 */
@ApplicationScoped
class Erasure implements AccountBelongings {

    private static final String NOTE = """
            INSERT INTO access_log_erasure (account_id, deleted_at)
            VALUES (:account, :now)
                ON CONFLICT DO NOTHING
            """;

    private static final String FORGET_NETWORKS = """
            DELETE FROM key_network
             USING api_key k
              JOIN access_log_erasure AS erased ON erased.account_id = k.account_id
             WHERE key_network.key_id = k.id
            """;

    /** What waits in Redis when an account is deleted comes within a day; after that there is nothing left to wait for. */
    private static final String SOME = """
            WITH batch AS (
                SELECT log.tableoid, log.ctid
                  FROM access_log_erasure AS erased
                  JOIN access_log AS log ON log.account_id = erased.account_id AND log.time < erased.deleted_at
                 LIMIT 5000
            ), removed AS (
                DELETE FROM access_log AS log
                 USING batch
                 WHERE log.tableoid = batch.tableoid AND log.ctid = batch.ctid
                RETURNING 1
            )
            SELECT count(*) FROM removed
            """;

    private static final String FINISH =
            "DELETE FROM access_log_erasure WHERE deleted_at < now() - interval '1 day' RETURNING 1";

    private final Statements statements;
    private final Clock clock;

    Erasure(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    @Override
    public Uni<Void> removeOf(String accountId) {
        return Panache.getSession()
                .flatMap(session -> session.createNativeQuery(NOTE)
                        .setParameter("account", accountId)
                        .setParameter("now", clock.instant().truncatedTo(ChronoUnit.MILLIS))
                        .executeUpdate()
                        .chain(() -> session.createNativeQuery(FORGET_NETWORKS).executeUpdate()))
                .replaceWithVoid();
    }

    /** Removes what there is to remove, networks that an instance of an earlier version left included. */
    Uni<Void> goOn() {
        return statements.run(FORGET_NETWORKS, Tuple.tuple()).chain(this::removeEntries);
    }

    private Uni<Void> removeEntries() {
        return statements
                .run(SOME, Tuple.tuple())
                .flatMap(rows -> rows.iterator().next().getLong(0) == 0
                        ? statements.run(FINISH, Tuple.tuple()).replaceWithVoid()
                        : removeEntries());
    }
}
