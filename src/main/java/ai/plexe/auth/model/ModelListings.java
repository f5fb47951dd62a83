package ai.plexe.auth.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * First pages of models, kept in memory for a minute at most and up to 8 MiB in all, those in use rather than others, and dropped on every instance when PostgreSQL notifies
 * of a change. Any thread.
 *
 * <p>A change is seen at once on the instance that made it, which drops its page before it answers. PostgreSQL notifies
 * the others after the commit, and the writer does not wait for it: they may answer with the old page for a moment, or
 * for a few seconds if PostgreSQL has fallen silent towards them, which a heartbeat finds out.
 *
 * <p>Listening takes one connection of the pool for good; without it nothing is kept. It has to lead to PostgreSQL
 * itself or to a pooler in session mode: in transaction mode, PgBouncer does not pass notifications on.
 */
@ApplicationScoped
@RegisterForReflection(classNames = ModelListings.CACHE)
class ModelListings {

    /** What Caffeine makes of the cache below: it finds it by name, and Quarkus does not know it. */
    static final String CACHE = "com.github.benmanes.caffeine.cache.SSMWA";

    static final String CHANNEL = "plexe_models";

    private static final Logger LOG = Logger.getLogger(ModelListings.class);
    private static final long SHORTEST_MS = 30_000;
    private static final long LONGEST_MS = 60_000;
    private static final long RETRY_MS = 1000;
    private static final long HEARTBEAT_MS = 2000;
    private static final long LONGEST_SILENCE_MS = 2000;
    private static final long MOST_BYTES = 8L * 1024 * 1024;
    private static final int BYTES_AROUND_A_PAGE = 256;

    private final Pool pool;
    private final Vertx vertx;
    /** Kept in order by whoever asks: another thread for it would stand in the event loops' way every few requests. */
    private final Cache<String, Listing> kept = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((String account, Listing listing) -> listing.bytes())
            .executor(Runnable::run)
            .expireAfter(Expiry.writing((account, listing) -> lifetime()))
            .build();

    private volatile boolean listening;
    private volatile boolean stopped;
    private volatile PgConnection connection;

    /** A page, or null while it is being read: a change meanwhile removes the mark, and what was read is not kept. */
    private static final class Listing {
        private final ModelPage page;

        Listing(ModelPage page) {
            this.page = page;
        }

        int bytes() {
            return BYTES_AROUND_A_PAGE + (page == null ? 0 : page.json().length());
        }
    }

    ModelListings(Pool pool, Vertx vertx) {
        this.pool = pool;
        this.vertx = vertx;
    }

    /** The account's first page, read if it is not at hand. */
    Uni<ModelPage> firstPage(String accountId, Supplier<Uni<ModelPage>> read) {
        Listing present = kept.getIfPresent(accountId);
        if (present != null && present.page != null) {
            return Uni.createFrom().item(present.page);
        }
        Listing mark = new Listing(null);
        kept.put(accountId, mark);
        return read.get().invoke(page -> {
            if (listening) {
                kept.asMap().replace(accountId, mark, new Listing(page));
            }
        });
    }

    /** Not the same for all, so that what was read at one moment is not read again at one moment. */
    private static Duration lifetime() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(SHORTEST_MS, LONGEST_MS));
    }

    void drop(String accountId) {
        kept.invalidate(accountId);
    }

    void start(@Observes StartupEvent event) {
        listen();
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        PgConnection listener = connection;
        if (listener != null) {
            listener.close();
        }
    }

    private void listen() {
        if (stopped) {
            return;
        }
        pool.getConnection()
                .map(connection -> (PgConnection) connection.getDelegate())
                .subscribe()
                .with(this::listen, failure -> retry());
    }

    private void listen(PgConnection listener) {
        connection = listener;
        listener.closeHandler(closed -> leave(listener));
        listener.notificationHandler(notification -> drop(notification.getPayload()));
        ask(listener).onSuccess(done -> {
            kept.invalidateAll();
            listening = true;
            keepAsking(listener);
        });
    }

    /** To listen once more changes nothing, and shows that PostgreSQL still speaks to us. */
    private void keepAsking(PgConnection listener) {
        vertx.setPeriodic(HEARTBEAT_MS, timer -> {
            if (connection == listener) {
                ask(listener);
            } else {
                vertx.cancelTimer(timer);
            }
        });
    }

    private Future<RowSet<Row>> ask(PgConnection listener) {
        return listener.query("LISTEN " + CHANNEL)
                .execute()
                .timeout(LONGEST_SILENCE_MS, TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    LOG.warnf("not told of changed models: %s", failure.getMessage());
                    leave(listener);
                });
    }

    private void leave(PgConnection lost) {
        if (connection == lost) {
            connection = null;
            listening = false;
            kept.invalidateAll();
            lost.close();
            retry();
        }
    }

    private void retry() {
        vertx.setTimer(RETRY_MS, timer -> listen());
    }
}
