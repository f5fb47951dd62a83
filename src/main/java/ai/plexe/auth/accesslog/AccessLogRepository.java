package ai.plexe.auth.accesslog;

import ai.plexe.auth.database.Statements;
import ai.plexe.auth.id.TimeOrderedId;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The log's table. Event loops only. */
@ApplicationScoped
class AccessLogRepository {

    /**
     * One statement, and so one transaction: what was in the table already adds nothing to the usage. In the order of time, and
     * of usage's primary key, so that instances that write the same at once wait for each other instead of in a circle.
     */
    private static final String ADD = """
            WITH added AS (
                INSERT INTO access_log (time, id, account_id, event, outcome, key_id, user_id, session_id, target_id,
                       permission_level, cost, address, user_agent, method, path, request_id)
                SELECT time, id, account_id, event, outcome, key_id, user_id, session_id, target_id,
                       permission_level, cost, address::inet, user_agent, method, path, request_id
                  FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::text[], $9::text[], $10::text[], $11::integer[], $12::text[], $13::text[], $14::text[],
                              $15::text[], $16::text[])
                    AS entry (time, id, account_id, event, outcome, key_id, user_id, session_id, target_id,
                              permission_level, cost, address, user_agent, method, path, request_id)
                 ORDER BY time, id
                    ON CONFLICT DO NOTHING
                RETURNING account_id, time, key_id, event, outcome, cost
            )
            INSERT INTO key_usage AS total (account_id, hour, key_id, outcome, uses, cost)
            SELECT account_id, date_trunc('hour', time, 'UTC'), key_id, outcome, count(*), sum(cost)
              FROM added
             WHERE event IN ('key.use', 'key.verify') AND key_id IS NOT NULL
             GROUP BY 1, 2, 3, 4
             ORDER BY 1, 2, 3, 4
                ON CONFLICT (account_id, hour, key_id, outcome) DO UPDATE
               SET uses = total.uses + excluded.uses, cost = total.cost + excluded.cost
            """;

    private static final String COLUMNS = "SELECT id, time, event, outcome, account_id, key_id, user_id, session_id,"
            + " target_id, permission_level, cost, host(address) AS address, user_agent, method, path, request_id"
            + " FROM access_log WHERE ";

    private final Statements statements;

    AccessLogRepository(Statements statements) {
        this.statements = statements;
    }

    /** Adds entries, and the usage that they tell of; those that it has already change nothing. */
    Uni<Void> add(List<LogEntry> entries) {
        Tuple columns = Tuple.tuple()
                .addArrayOfOffsetDateTime(entries.stream()
                        .map(entry -> entry.time().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new))
                .addArrayOfString(column(entries, LogEntry::id))
                .addArrayOfString(column(entries, LogEntry::accountId))
                .addArrayOfString(column(entries, LogEntry::event))
                .addArrayOfString(column(entries, LogEntry::outcome))
                .addArrayOfString(column(entries, LogEntry::keyId))
                .addArrayOfString(column(entries, LogEntry::userId))
                .addArrayOfString(column(entries, LogEntry::sessionId))
                .addArrayOfString(column(entries, LogEntry::targetId))
                .addArrayOfString(column(entries, LogEntry::level))
                .addArrayOfInteger(entries.stream().map(LogEntry::cost).toArray(Integer[]::new))
                .addArrayOfString(column(entries, LogEntry::address))
                .addArrayOfString(column(entries, LogEntry::userAgent))
                .addArrayOfString(column(entries, LogEntry::method))
                .addArrayOfString(column(entries, LogEntry::path))
                .addArrayOfString(column(entries, LogEntry::requestId));
        return statements.run(ADD, columns).replaceWithVoid();
    }

    /**
     * Entries, newest first.
     *
     * @param before the id of the entry that they come after, which need not exist; empty for the newest
     */
    Uni<List<LogEntry>> find(LogQuery query, String before, int atMost) {
        StringBuilder sql = new StringBuilder(COLUMNS);
        Tuple values = Tuple.tuple();
        filter(sql, values, query);
        position(sql, values, '<', before);
        bind(sql, values, " ORDER BY time DESC, id DESC LIMIT ", atMost);
        return statements.run(sql.toString(), values).map(AccessLogRepository::entries);
    }

    /**
     * Entries, oldest first.
     *
     * @param after the id of the entry that they come after, which need not exist; empty for the oldest
     */
    Uni<List<LogEntry>> follow(LogQuery query, String after, int atMost) {
        StringBuilder sql = new StringBuilder(COLUMNS);
        Tuple values = Tuple.tuple();
        filter(sql, values, query);
        position(sql, values, '>', after);
        bind(sql, values, " ORDER BY time, id LIMIT ", atMost);
        return statements.run(sql.toString(), values).map(AccessLogRepository::entries);
    }

    private static void filter(StringBuilder sql, Tuple values, LogQuery query) {
        sql.append(query.accountId() == null ? "account_id IS NULL" : "account_id = ");
        if (query.accountId() != null) {
            bind(sql, values, "", query.accountId());
        }
        bind(sql, values, " AND time >= ", time(query.from()));
        bind(sql, values, " AND time < ", time(query.to()));
        bind(sql, values, " AND key_id = ", query.keyId());
        bind(sql, values, " AND user_id = ", query.userId());
        bind(sql, values, " AND target_id = ", query.targetId());
        if (query.event() != null) {
            // As a literal, which the partial indexes are found by; it is one of ours.
            sql.append(" AND event = '").append(query.event().wireName()).append('\'');
        }
        if (LogQuery.REFUSED.equals(query.outcome())) {
            sql.append(" AND outcome <> 'ok'");
        } else if (query.outcome() != null) {
            sql.append(query.outcome().equals(LogQuery.OK) ? "" : " AND outcome <> 'ok'");
            bind(sql, values, " AND outcome = ", query.outcome());
        }
        if (query.ip() != null) {
            bind(sql, values, " AND address <<= ", query.ip().toString());
            sql.append("::text::inet");
        }
    }

    private static void position(StringBuilder sql, Tuple values, char side, String id) {
        if (!id.isEmpty()) {
            OffsetDateTime time = time(TimeOrderedId.timeOf(id));
            // Once more for the time alone, by which partitions are left out.
            sql.append(" AND time ").append(side);
            bind(sql, values, "= ", time);
            sql.append(" AND (time, id) ").append(side);
            bind(sql, values, " (", time);
            bind(sql, values, ", ", id);
            sql.append(')');
        }
    }

    /** Does nothing with a null. */
    private static void bind(StringBuilder sql, Tuple values, String condition, Object value) {
        if (value != null) {
            values.addValue(value);
            sql.append(condition).append('$').append(values.size());
        }
    }

    private static OffsetDateTime time(Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static List<LogEntry> entries(RowSet<Row> rows) {
        List<LogEntry> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            entries.add(new LogEntry(
                    row.getString("id"),
                    row.getOffsetDateTime("time").toInstant(),
                    row.getString("event"),
                    row.getString("outcome"),
                    row.getString("account_id"),
                    row.getString("key_id"),
                    row.getString("user_id"),
                    row.getString("session_id"),
                    row.getString("target_id"),
                    row.getString("permission_level"),
                    row.getInteger("cost"),
                    row.getString("address"),
                    row.getString("user_agent"),
                    row.getString("method"),
                    row.getString("path"),
                    row.getString("request_id")));
        }
        return entries;
    }

    private static String[] column(List<LogEntry> entries, Function<LogEntry, String> value) {
        return entries.stream().map(value).toArray(String[]::new);
    }
}
