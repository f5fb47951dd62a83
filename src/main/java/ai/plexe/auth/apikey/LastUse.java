package ai.plexe.auth.apikey;

import ai.plexe.auth.address.IpAddress;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * When, and from where, keys were last used: kept in memory and written once a period for all keys at once, so that a request
 * never waits for it. A key in steady use is written every ten seconds per instance, or each period where there are so many that there
 * is no room to remember when they were written. A crash loses as much at most; while PostgreSQL can't take them, what comes on top of
 * {@value #MAX_KEYS} keys is passed over. {@link #note} from any thread.
 */
@ApplicationScoped
public class LastUse {

    private static final Logger LOG = Logger.getLogger(LastUse.class);
    private static final int MAX_ROWS = 1000;
    private static final int MAX_KEYS = 50_000;
    private static final int MANY_KEYS = MAX_KEYS / 2;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(3);
    private static final Duration PAUSE_OF_KEY = Duration.ofSeconds(10);

    private final ApiKeyRepository repository;
    private final ApiKeyConfig config;
    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Latest> inUse = new ConcurrentHashMap<>();

    private volatile CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
    private long timer;

    /**
     * One use of a key.
     *
     * @param address where it was last used from since the last writing; null if nobody said
     */
    record Use(String keyId, Instant at, IpAddress address) {}

    /** What became of a use: the first since the last writing, one more, or not noted, for the key was forgotten meanwhile. */
    private enum Noted {
        FIRST,
        AGAIN,
        TOO_LATE
    }

    /**
     * The latest use of a key, changed in place: a new object for each request would be kept while all else of the request is garbage,
     * and collecting that garbage would take three times as long.
     */
    private static final class Latest {

        private long at;
        private IpAddress address;
        private boolean unwritten;
        private long written;
        private boolean forgotten;

        synchronized Noted note(long now, IpAddress from) {
            if (forgotten) {
                return Noted.TOO_LATE;
            }
            Noted noted = unwritten ? Noted.AGAIN : Noted.FIRST;
            unwritten = true;
            at = now;
            if (from != null && !from.equals(address)) {
                address = from;
            }
            return noted;
        }

        /** What is to be written; null if there is nothing, or if the last writing was not before it was due. */
        synchronized Use take(String keyId, long due, long now) {
            if (!unwritten || written >= due) {
                return null;
            }
            Use use = new Use(keyId, Instant.ofEpochMilli(at), address);
            unwritten = false;
            written = now;
            address = null;
            return use;
        }

        synchronized void giveBack(Use use) {
            unwritten = true;
            written = 0;
            if (address == null) {
                address = use.address();
            }
        }

        synchronized boolean isForgotten(long due) {
            forgotten = !unwritten && written < due;
            return forgotten;
        }
    }

    LastUse(ApiKeyRepository repository, ApiKeyConfig config, Vertx vertx, Clock clock) {
        this.repository = repository;
        this.config = config;
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * Notes a use.
     *
     * @return whether it is the first of the key since it was last written
     */
    boolean note(String keyId, Presented presented) {
        long now = clock.millis();
        while (true) {
            Latest latest = inUse.get(keyId);
            if (latest == null && inUse.size() >= MAX_KEYS) {
                return true;
            }
            if (latest == null) {
                latest = inUse.computeIfAbsent(keyId, key -> new Latest());
            }
            Noted noted = latest.note(now, presented.address());
            if (noted != Noted.TOO_LATE) {
                return noted == Noted.FIRST;
            }
            inUse.remove(keyId, latest);
        }
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.lastUsePeriod().toMillis(), elapsed -> writePeriodically());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        Uni.createFrom()
                .completionStage(writing)
                .chain(() -> writeOrWarn(Long.MAX_VALUE))
                .await()
                .atMost(LONGEST_STOP);
    }

    private void writePeriodically() {
        if (writing.isDone()) {
            long now = clock.millis();
            long due = now - PAUSE_OF_KEY.toMillis();
            long forgotten = inUse.size() < MANY_KEYS ? due : now;
            inUse.values().removeIf(latest -> latest.isForgotten(forgotten));
            writing = writeOrWarn(due).subscribeAsCompletionStage();
        }
    }

    /**
     * Writes what is unwritten; what could not be written waits for the next time.
     *
     * @param due keys that were written since, in milliseconds since 1970, wait
     */
    private Uni<Void> writeOrWarn(long due) {
        return write(take(due))
                .onFailure()
                .invoke(failure -> LOG.warnf("last use of keys not written: %s", failure.toString()))
                .onFailure()
                .recoverWithNull();
    }

    private List<Use> take(long due) {
        long now = clock.millis();
        List<Use> taken = new ArrayList<>();
        inUse.forEach((keyId, latest) -> {
            Use use = latest.take(keyId, due, now);
            if (use != null) {
                taken.add(use);
            }
        });
        return taken;
    }

    /** Writes a batch at a time. */
    private Uni<Void> write(List<Use> uses) {
        if (uses.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        int size = Math.min(MAX_ROWS, uses.size());
        return repository
                .noteUses(uses.subList(0, size))
                .onFailure()
                .invoke(() -> uses.forEach(use -> inUse.get(use.keyId()).giveBack(use)))
                .chain(() -> write(uses.subList(size, uses.size())));
    }
}
