package ai.plexe.auth.accesslog;

import ai.plexe.auth.accesslog.LogStream.Backlog;
import ai.plexe.auth.accesslog.LogStream.Taken;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Brings entries from Redis to PostgreSQL, a batch at a time, on every instance that is not told otherwise. Entries are removed
 * from Redis only when PostgreSQL has them; those that an instance took and did not bring are taken over by another. What comes
 * twice that way has the same id, and is kept and counted once. On an event loop of its own; entries are read on a
 * worker.
 */
@ApplicationScoped
class Ingestion {

    private static final Logger LOG = Logger.getLogger(Ingestion.class);
    private static final long IDLE_MS = 200;
    private static final long RETRY_MS = 1000;
    private static final Duration LONGEST_INSERT = Duration.ofSeconds(10);
    private static final long MEASURE_MS = 2000;
    private static final long KEEP_MS = Duration.ofMinutes(5).toMillis();
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final LogStream stream;
    private final AccessLogRepository repository;
    private final LogPartitions partitions;
    private final Alerts alerts;
    private final Erasure erasure;
    private final AccessLogConfig config;
    private final Vertx vertx;
    private final Clock clock;
    private final Counter ingested;
    private final Counter unreadable;
    private final String consumer = UUID.randomUUID().toString();
    private final Set<LocalDate> partitioned = new HashSet<>();

    private volatile Backlog backlog = new Backlog(0, null, 0, 0);
    private volatile boolean stopping;
    private volatile boolean working;
    private final Context context;
    private long nextTakeOver = System.nanoTime();

    Ingestion(
            LogStream stream,
            AccessLogRepository repository,
            LogPartitions partitions,
            Alerts alerts,
            Erasure erasure,
            AccessLogConfig config,
            Vertx vertx,
            MeterRegistry metrics,
            Clock clock) {
        this.stream = stream;
        this.repository = repository;
        this.partitions = partitions;
        this.alerts = alerts;
        this.erasure = erasure;
        this.config = config;
        this.vertx = vertx;
        this.clock = clock;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.ingested = Counter.builder("plexe.log.ingested")
                .description("Entries of the access log that this instance brought to PostgreSQL")
                .register(metrics);
        this.unreadable = Counter.builder("plexe.log.unreadable")
                .description("Entries in Redis that are none, and were left out")
                .register(metrics);
        Gauge.builder("plexe.log.lag.entries", () -> backlog.entries())
                .description("Entries of the access log in Redis that PostgreSQL does not have")
                .register(metrics);
        Gauge.builder("plexe.log.lag", this::lagSeconds)
                .description("Age of the oldest of them")
                .baseUnit("seconds")
                .register(metrics);
        dropped(metrics, "refused");
        dropped(metrics, "accepted");
    }

    private void dropped(MeterRegistry metrics, String outcome) {
        FunctionCounter.builder(
                        "plexe.log.dropped",
                        this,
                        self -> outcome.equals("refused")
                                ? self.backlog.droppedRefusals()
                                : self.backlog.droppedOthers())
                .description("Entries left out because Redis holds as many as it may, by all instances together")
                .tag("outcome", outcome)
                .register(metrics);
    }

    private double lagSeconds() {
        Instant oldest = backlog.oldest();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0);
    }

    void start(@Observes StartupEvent event) {
        context.runOnContext(begun -> {
            vertx.setPeriodic(MEASURE_MS, elapsed -> measure());
            if (config.ingest()) {
                vertx.setPeriodic(KEEP_MS, elapsed -> keep());
                keep();
                working = true;
                next();
            }
        });
    }

    /** Lets the batch under way come to its end; what is left others take over. */
    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        long deadline = System.nanoTime() + LONGEST_STOP.toNanos();
        while (working && System.nanoTime() < deadline) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** The time before which PostgreSQL has all that reached Redis, as far as was measured; null if nothing waits. */
    Instant oldestWaiting() {
        return backlog.oldest();
    }

    private void here(Runnable step) {
        context.runOnContext(begun -> step.run());
    }

    private void measure() {
        stream.backlog()
                .subscribe()
                .with(now -> backlog = now, failure -> LOG.debugf("lag not measured: %s", failure.toString()));
    }

    private void keep() {
        partitions
                .keep()
                .chain(erasure::goOn)
                .chain(alerts::forget)
                .chain(stream::forgetConsumers)
                .subscribe()
                .with(done -> {}, failure -> LOG.warnf("the access log was not looked after: %s", failure.toString()));
    }

    private void next() {
        if (stopping) {
            working = false;
            return;
        }
        take().emitOn(this::here).subscribe().with(this::bring, failure -> {
            LOG.warnf("the access log is not read: %s", failure.toString());
            later(RETRY_MS);
        });
    }

    private void later(long ms) {
        vertx.setTimer(ms, elapsed -> next());
    }

    private Uni<List<Taken>> take() {
        if (System.nanoTime() - nextTakeOver >= 0) {
            nextTakeOver = System.nanoTime() + config.takeOver().toNanos() / 3;
            return stream.takeOver(consumer, config.takeOver())
                    .flatMap(left -> left.isEmpty()
                            ? stream.take(consumer)
                            : Uni.createFrom().item(left));
        }
        return stream.take(consumer);
    }

    private void bring(List<Taken> taken) {
        if (taken.isEmpty()) {
            later(IDLE_MS);
            return;
        }
        vertx.executeBlocking(() -> read(taken), false).onComplete(read -> insert(taken, read.result()));
    }

    private List<LogEntry> read(List<Taken> taken) {
        List<LogEntry> entries = new ArrayList<>(taken.size());
        for (Taken one : taken) {
            try {
                entries.add(EntryFormat.read(LogStream.stream(one.shard()), one.streamId(), one.entry()));
            } catch (RuntimeException e) {
                unreadable.increment();
                LOG.errorf("an entry of the access log is unreadable, and left out: %s", e.toString());
            }
        }
        return entries;
    }

    /** Does not give up: as long as PostgreSQL is away, entries wait in Redis. */
    private void insert(List<Taken> taken, List<LogEntry> entries) {
        ensurePartitions(entries)
                .chain(() -> repository.add(entries))
                .chain(() -> alert(entries))
                .chain(() -> stream.done(taken))
                .ifNoItem()
                .after(LONGEST_INSERT)
                .fail()
                .emitOn(this::here)
                .subscribe()
                .with(
                        done -> {
                            ingested.increment(entries.size());
                            next();
                        },
                        failure -> {
                            LOG.warnf("the access log waits for PostgreSQL: %s", failure.toString());
                            partitioned.clear();
                            if (stopping) {
                                working = false;
                            } else {
                                vertx.setTimer(RETRY_MS, elapsed -> insert(taken, entries));
                            }
                        });
    }

    /** What stands in the way of an alert does not stand in the way of the log; the next use of the key is looked at again. */
    private Uni<Void> alert(List<LogEntry> entries) {
        return alerts.lookAt(entries)
                .onFailure()
                .invoke(failure -> LOG.warnf("no alerts were given: %s", failure.toString()))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> ensurePartitions(List<LogEntry> entries) {
        Set<LocalDate> days = entries.stream()
                .map(entry -> LocalDate.ofInstant(entry.time(), ZoneOffset.UTC))
                .filter(day -> !partitioned.contains(day))
                .collect(Collectors.toSet());
        return days.isEmpty()
                ? Uni.createFrom().voidItem()
                : partitions.ensure(days).invoke(() -> partitioned.addAll(days));
    }
}
