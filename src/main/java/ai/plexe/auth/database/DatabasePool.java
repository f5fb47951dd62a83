package ai.plexe.auth.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Bounds how long, and behind how many others, anybody waits for a connection. */
@Singleton
class DatabasePool implements PgPoolCreator {

    private static final int LONGEST_WAIT_SECONDS = 3;
    private static final int LONGEST_QUEUE = 1000;

    @Override
    public Pool create(Input input) {
        List<PgConnectOptions> servers = input.pgConnectOptionsList();
        servers.forEach(server -> server.setTcpKeepAlive(true));
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setMaxWaitQueueSize(LONGEST_QUEUE)
                        .setConnectionTimeout(LONGEST_WAIT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .connectingTo(List.copyOf(servers))
                .using(input.vertx())
                .build();
    }
}
