package ai.plexe.auth.usage;

import ai.plexe.auth.database.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The counts that the access log keeps. Event loops only. */
@ApplicationScoped
class UsageRepository {

    /** The interval, the key or nothing, and the outcome or nothing are filled in: what is grouped by. */
    private static final String COUNTS = """
            SELECT date_trunc('%1$s', hour, 'UTC') AS start, %2$s AS key_id, %3$s AS outcome,
                   sum(uses)::bigint AS uses, sum(cost)::bigint AS cost
              FROM key_usage
             WHERE account_id = $1 AND hour >= $2 AND hour < $3 AND ($4::text IS NULL OR key_id = $4)
             GROUP BY 1, 2, 3
            HAVING $5::timestamptz IS NULL OR (date_trunc('%1$s', hour, 'UTC'), %2$s, %3$s) > ($5, $6, $7)
             ORDER BY 1, 2, 3
             LIMIT $8
            """;

    private static final String NOTHING = "''::text";

    private static final String TOTALS = """
            SELECT outcome, sum(uses)::bigint AS uses, sum(cost)::bigint AS cost
              FROM key_usage
             WHERE account_id = $1 AND hour >= $2 AND hour < $3 AND ($4::text IS NULL OR key_id = $4)
             GROUP BY outcome
             ORDER BY outcome
            """;

    private final Statements statements;

    UsageRepository(Statements statements) {
        this.statements = statements;
    }

    /**
     * Counts in the order of time, key and outcome, as far as these are told apart.
     *
     * @param after where to go on; null for the beginning
     */
    Uni<List<Usage>> counts(UsageQuery query, UsageCursor after, int atMost) {
        Tuple values = parameters(query)
                .addValue(after == null ? null : after.start().atOffset(ZoneOffset.UTC))
                .addValue(after == null ? null : after.keyId())
                .addValue(after == null ? null : after.outcome())
                .addValue(atMost);
        return statements
                .run(
                        COUNTS.formatted(
                                query.interval().wireName(),
                                query.byKey() ? "key_id" : NOTHING,
                                query.byOutcome() ? "outcome" : NOTHING),
                        values)
                .map(rows -> {
                    List<Usage> counts = new ArrayList<>(rows.size());
                    rows.forEach(row -> counts.add(new Usage(
                            row.getOffsetDateTime("start").toInstant(),
                            query.byKey() ? row.getString("key_id") : null,
                            query.byOutcome() ? row.getString("outcome") : null,
                            row.getLong("uses"),
                            row.getLong("cost"))));
                    return counts;
                });
    }

    /** What it adds up to, by outcome. */
    Uni<List<Usage>> totals(UsageQuery query) {
        return statements.run(TOTALS, parameters(query)).map(rows -> {
            List<Usage> totals = new ArrayList<>(rows.size());
            rows.forEach(row -> totals.add(
                    new Usage(null, null, row.getString("outcome"), row.getLong("uses"), row.getLong("cost"))));
            return totals;
        });
    }

    private static Tuple parameters(UsageQuery query) {
        return Tuple.of(query.accountId(), time(query.from()), time(query.to()), query.keyId());
    }

    private static Object time(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }
}
