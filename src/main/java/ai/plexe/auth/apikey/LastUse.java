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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * When, and from where, keys were last used: kept in memory and written once a period for all keys at once, so that a request
 * never waits for it. A key in steady use is written every ten seconds per instance. A crash loses as much at most. {@link
 * #note} from any thread.
 */
@ApplicationScoped
public class LastUse {

    private static final Logger LOG = Logger.getLogger(LastUse.class);
    private static final int MAX_ROWS = 1000;
    private static final int MAX_KEYS = 100_000;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(3);
    private static final Duration PAUSE_OF_KEY = Duration.ofSeconds(10);

    private final ApiKeyRepository repository;
    private final ApiKeyConfig config;
    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Use> pending = new ConcurrentHashMap<>();

    /** When the keys that are in use were last written. */
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    private volatile CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
    private long timer;

    /**
     * One use of a key.
     *
     * @param address null if nobody said
     */
    record Use(String keyId, Instant at, IpAddress address) {}

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
        Use use = new Use(keyId, clock.instant().truncatedTo(ChronoUnit.MILLIS), presented.address());
        Use before = pending.put(keyId, use);
        if (before == null && pending.size() > MAX_KEYS) {
            pending.remove(keyId, use);
        }
        return before == null;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.lastUsePeriod().toMillis(), elapsed -> writePeriodically());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        Uni.createFrom()
                .completionStage(writing)
                .chain(() -> writeOrWarn(Instant.MAX))
                .await()
                .atMost(LONGEST_STOP);
    }

    private void writePeriodically() {
        if (writing.isDone()) {
            Instant due = clock.instant().minus(PAUSE_OF_KEY);
            written.values().removeIf(time -> time.isBefore(due));
            if (!pending.isEmpty()) {
                writing = writeOrWarn(due).subscribeAsCompletionStage();
            }
        }
    }

    private Uni<Void> writeOrWarn(Instant due) {
        return write(due)
                .onFailure()
                .invoke(failure -> LOG.warnf("last use of keys not written: %s", failure.toString()))
                .onFailure()
                .recoverWithNull();
    }

    /**
     * Writes a batch at a time; what it could not write waits for the next time, unless used again since.
     *
     * @param due keys that were written since wait
     */
    private Uni<Void> write(Instant due) {
        List<Use> batch = take(due);
        if (batch.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Instant now = clock.instant();
        batch.forEach(use -> written.put(use.keyId(), now));
        return repository
                .noteUses(batch)
                .onFailure()
                .invoke(() -> batch.forEach(use -> pending.putIfAbsent(use.keyId(), use)))
                .chain(() -> write(due));
    }

    private List<Use> take(Instant due) {
        List<Use> batch = new ArrayList<>();
        for (Use use : pending.values()) {
            if (batch.size() == MAX_ROWS) {
                break;
            }
            Instant last = written.get(use.keyId());
            if ((last == null || last.isBefore(due)) && pending.remove(use.keyId(), use)) {
                batch.add(use);
            }
        }
        return batch;
    }
}
