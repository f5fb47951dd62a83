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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * When, and from where, keys were last used: kept in memory and written once a period for all keys at once, so that a
 * request never waits for it. A key in steady use is noted once a minute per instance. A crash loses a period at most.
 * {@link #note} from any thread.
 */
@ApplicationScoped
public class LastUse {

    private static final Logger LOG = Logger.getLogger(LastUse.class);
    private static final int MAX_ROWS = 1000;
    private static final int MAX_KEYS = 100_000;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(3);
    private static final int SLICES = 60;
    private static final long SLICE_MS = Duration.ofMinutes(1).toMillis() / SLICES;

    private final ApiKeyRepository repository;
    private final ApiKeyConfig config;
    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Use> pending = new ConcurrentHashMap<>();

    /** What was noted in the last minute, a slice of which is forgotten at a time: so the writes come evenly. */
    private final List<Set<String>> noted = Stream.<Set<String>>generate(ConcurrentHashMap::newKeySet)
            .limit(SLICES)
            .toList();

    private volatile CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
    private long timer;
    private long forgetting;
    private int nextForgotten;

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
     * Notes a use, unless one of the same secret was noted less than a minute ago.
     *
     * @return whether it was noted
     */
    boolean note(String keyId, Presented presented) {
        Set<String> slice = noted.get(Math.floorMod(presented.digest().hashCode(), SLICES));
        if (slice.contains(presented.digest())) {
            return false;
        }
        if (slice.size() < MAX_KEYS / SLICES) {
            slice.add(presented.digest());
        }
        if (pending.size() >= MAX_KEYS) {
            return false;
        }
        pending.put(keyId, new Use(keyId, clock.instant().truncatedTo(ChronoUnit.MILLIS), presented.address()));
        return true;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.lastUsePeriod().toMillis(), elapsed -> writePeriodically());
        forgetting = vertx.setPeriodic(
                SLICE_MS, elapsed -> noted.get(nextForgotten++ % SLICES).clear());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        vertx.cancelTimer(forgetting);
        Uni.createFrom()
                .completionStage(writing)
                .chain(this::writeOrWarn)
                .await()
                .atMost(LONGEST_STOP);
    }

    private void writePeriodically() {
        if (writing.isDone() && !pending.isEmpty()) {
            writing = writeOrWarn().subscribeAsCompletionStage();
        }
    }

    private Uni<Void> writeOrWarn() {
        return write().onFailure()
                .invoke(failure -> LOG.warnf("last use of keys not written: %s", failure.toString()))
                .onFailure()
                .recoverWithNull();
    }

    /** Writes all, a batch at a time; what it could not write waits for the next time, unless used again since. */
    private Uni<Void> write() {
        List<Use> batch = take();
        if (batch.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return repository
                .noteUses(batch)
                .onFailure()
                .invoke(() -> batch.forEach(use -> pending.putIfAbsent(use.keyId(), use)))
                .chain(this::write);
    }

    private List<Use> take() {
        List<Use> batch = new ArrayList<>();
        for (Use use : pending.values()) {
            if (batch.size() == MAX_ROWS) {
                break;
            }
            if (pending.remove(use.keyId(), use)) {
                batch.add(use);
            }
        }
        return batch;
    }
}
