package ai.plexe.auth.apikey;

import ai.plexe.auth.address.IpAddress;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.concurrent.ConcurrentHashMap;
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
    private static final Duration PRECISION = Duration.ofMinutes(1);

    private final ApiKeyRepository repository;
    private final ApiKeyConfig config;
    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Use> pending = new ConcurrentHashMap<>();
    private final Cache<String, Boolean> noted = Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            .expireAfterWrite(PRECISION)
            .build();
    private volatile boolean writing;
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

    void note(String keyId, IpAddress address) {
        if (noted.getIfPresent(keyId) != null) {
            return;
        }
        noted.put(keyId, Boolean.TRUE);
        pending.put(keyId, new Use(keyId, clock.instant().truncatedTo(ChronoUnit.MILLIS), address));
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.lastUsePeriod().toMillis(), elapsed -> writePeriodically());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        write().await().atMost(Duration.ofSeconds(2));
    }

    private void writePeriodically() {
        if (writing || pending.isEmpty()) {
            return;
        }
        writing = true;
        write().onTermination()
                .invoke(() -> writing = false)
                .subscribe()
                .with(written -> {}, failure -> LOG.warnf("last use of keys not written: %s", failure.toString()));
    }

    /** Writes a batch; what it could not write waits for the next time, unless the key was used again since. */
    private Uni<Void> write() {
        List<Use> batch = take();
        return batch.isEmpty()
                ? Uni.createFrom().voidItem()
                : repository
                        .noteUses(batch)
                        .onFailure()
                        .invoke(() -> batch.forEach(use -> pending.putIfAbsent(use.keyId(), use)));
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
