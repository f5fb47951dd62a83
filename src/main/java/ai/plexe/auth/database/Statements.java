package ai.plexe.auth.database;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** Runs single statements, each a transaction of its own, for tables that have no entities. Event loops only. */
@ApplicationScoped
public class Statements {

    private final Pool pool;

    Statements(Pool pool) {
        this.pool = pool;
    }

    /** The statement's rows; its parameters are {@code $1}, {@code $2} and so on. */
    public Uni<RowSet<Row>> run(String sql, Tuple parameters) {
        Future<RowSet<Row>> rows = pool.getDelegate()
                .withConnection(connection -> connection.preparedQuery(sql).execute(parameters));
        return UniHelper.toUni(rows);
    }
}
