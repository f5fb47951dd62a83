package ai.plexe.auth.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Future;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how long, and behind how many others, anybody waits for a connection. The start waits for the schema's history, so that is
 * asked for as soon as there is a pool, while Hibernate and others start.
 */
@Singleton
class DatabasePool implements PgPoolCreator {

    private static final int LONGEST_WAIT_SECONDS = 3;
    private static final int LONGEST_QUEUE = 1000;

    private volatile Future<RowSet<Row>> history = Future.failedFuture("no pool has been made");

    @Override
    public Pool create(Input input) {
        List<PgConnectOptions> servers = input.pgConnectOptionsList();
        servers.forEach(server -> server.setTcpKeepAlive(true));
        Pool pool = PgBuilder.pool()
                .with(input.poolOptions()
                        .setMaxWaitQueueSize(LONGEST_QUEUE)
                        .setConnectionTimeout(LONGEST_WAIT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .connectingTo(List.copyOf(servers))
                .using(input.vertx())
                .build();
        history = pool.query(Schema.HISTORY).execute();
        return pool;
    }

    /** What {@link Schema#HISTORY} told when the pool was made, by whoever first needs it: Hibernate, on the thread that it starts on. */
    Future<RowSet<Row>> history() {
        return history;
    }
}
