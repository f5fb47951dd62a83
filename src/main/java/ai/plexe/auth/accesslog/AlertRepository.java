package ai.plexe.auth.accesslog;

import ai.plexe.auth.database.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Where keys were used from, and what was alerted of. Event loops only. */
@ApplicationScoped
class AlertRepository {

    /** A key that is used from all over the world has no network that is new to it. */
    private static final int MOST_NETWORKS = 50;

    /* FOR SHARE makes this wait for a deletion of the account that is under way, and add nothing after it. */
    private static final String ADD_NETWORKS = """
            WITH used AS (
                SELECT key_id, max(address) AS address,
                       network(set_masklen(address::inet, CASE family(address::inet) WHEN 4 THEN 24 ELSE 48 END)) AS network
                  FROM unnest($1::text[], $2::text[]) AS used (key_id, address)
                 GROUP BY key_id, network
            ), known AS (
                SELECT key_id, count(*) AS networks
                  FROM key_network
                 WHERE key_id = ANY ($1)
                 GROUP BY key_id
            ), added AS (
                INSERT INTO key_network (key_id, network, first_used_at)
                SELECT used.key_id, network, $3
                  FROM used
                  JOIN api_key k ON k.id = used.key_id
                  JOIN account a ON a.id = k.account_id AND a.deleted_at IS NULL
                  LEFT JOIN known ON known.key_id = k.id
                 WHERE coalesce(networks, 0) < $4
                 ORDER BY used.key_id, network
                   FOR SHARE OF a
                    ON CONFLICT DO NOTHING
                RETURNING key_id, network
            )
            SELECT key_id || ' ' || address AS name
              FROM added
              JOIN known USING (key_id)
              JOIN used USING (key_id, network)
            """;

    private static final String ADD_ALERTS = """
            INSERT INTO key_alert (key_id, event, day)
            SELECT DISTINCT key_id, $2, $3
              FROM unnest($1::text[]) AS alerted (key_id)
             ORDER BY key_id
                ON CONFLICT DO NOTHING
            RETURNING key_id AS name
            """;

    private final Statements statements;

    AlertRepository(Statements statements) {
        this.statements = statements;
    }

    /**
     * Notes where keys were used from; which uses, as key and address with a space between, were from a network that is new
     * to a key that was used before?
     */
    Uni<List<String>> addNetworks(List<String> keyIds, List<String> addresses, Instant now) {
        return names(
                ADD_NETWORKS,
                Tuple.of(
                        keyIds.toArray(String[]::new),
                        addresses.toArray(String[]::new),
                        now.atOffset(ZoneOffset.UTC),
                        MOST_NETWORKS));
    }

    /** Notes alerts; of which keys was there none of the kind on this day? */
    Uni<List<String>> addAlerts(Collection<String> keyIds, Event event, LocalDate day) {
        return names(ADD_ALERTS, Tuple.of(keyIds.toArray(String[]::new), event.wireName(), day));
    }

    /** Forgets which alerts there were before this day. */
    Uni<Void> forgetAlerts(LocalDate before) {
        return names("DELETE FROM key_alert WHERE day < $1 RETURNING key_id AS name", Tuple.of(before))
                .replaceWithVoid();
    }

    private Uni<List<String>> names(String sql, Tuple parameters) {
        return statements.run(sql, parameters).map(found -> {
            List<String> names = new ArrayList<>(found.size());
            found.forEach(row -> names.add(row.getString("name")));
            return names;
        });
    }
}
