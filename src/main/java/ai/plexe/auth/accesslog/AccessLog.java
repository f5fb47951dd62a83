package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * What happened, told without making anybody wait. An entry goes to Redis at once, beside what its event loop asks there
 * anyway and before the answer that it tells of; what is nobody's, such as a try with garbage for a key, goes with others a
 * moment later, so that a flood of it costs little. If Redis can't be reached they
 * wait in memory, so many and no more; what comes on top is counted, and refusals are left out first. An entry has its id from
 * here, so that one that was sent twice, because Redis did not say that it had it, is kept once. Any thread.
 */
@ApplicationScoped
public class AccessLog {

    private static final Logger LOG = Logger.getLogger(AccessLog.class);
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_WAITING_REFUSALS = MAX_WAITING * 9 / 10;
    private static final int MAX_UNDER_WAY = 16;
    private static final int MAX_TOGETHER = 200;
    private static final long RETRY_MS = 250;
    private static final long GATHERED_FOR_MS = 5;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(3);
    private static final String OK = "ok";
    private static final byte[] NOTHING = {};

    private final LogStream stream;
    private final Vertx vertx;
    private final Clock clock;
    /** For what is told on other threads. */
    private final Context eventLoop;

    private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsent = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger nextShard = new AtomicInteger();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final Counter droppedRefusals;
    private final Counter droppedOthers;

    /**
     * Something that a person or a program did, or tried to do.
     *
     * @param outcome {@code ok}, or the code of the problem
     * @param accountId null if unknown, as are the other ids
     * @param targetId what was made, changed or ended
     * @param level that the key or the session has
     */
    public record Entry(
            Event event,
            String outcome,
            String accountId,
            String keyId,
            String userId,
            String sessionId,
            String targetId,
            PermissionLevel level,
            Client client) {

        /** Of somebody whom nobody knows. */
        public static Entry ofNobody(Event event, String outcome, Client client) {
            return new Entry(event, outcome, null, null, null, null, null, null, client);
        }

        /** Of a person. */
        public static Entry ofUser(
                Event event, String outcome, String accountId, String userId, String sessionId, Client client) {
            return new Entry(event, outcome, accountId, null, userId, sessionId, null, null, client);
        }

        /** Of whoever has passed the gate. */
        public static Entry of(Event event, String outcome, Caller caller, String targetId, Client client) {
            return new Entry(
                    event,
                    outcome,
                    caller.accountId(),
                    caller.keyId(),
                    caller.userId(),
                    caller.sessionId(),
                    targetId,
                    caller.level(),
                    client);
        }

        boolean isRefusal() {
            return !outcome.equals(OK);
        }
    }

    AccessLog(LogStream stream, Vertx vertx, MeterRegistry metrics, Clock clock) {
        this.stream = stream;
        this.vertx = vertx;
        this.clock = clock;
        this.eventLoop = ((VertxInternal) vertx).createEventLoopContext();
        this.droppedRefusals = dropped(metrics, "refused");
        this.droppedOthers = dropped(metrics, "accepted");
        Gauge.builder("plexe.log.unsent", unsent, AtomicInteger::get)
                .description("Entries of the access log that wait in memory for Redis")
                .register(metrics);
    }

    private static Counter dropped(MeterRegistry metrics, String outcome) {
        return Counter.builder("plexe.log.unsent.dropped")
                .description("Entries left out because too many wait in memory for Redis")
                .tag("outcome", outcome)
                .register(metrics);
    }

    public void record(Entry entry) {
        if (stream.boundOfShard() == 0) {
            return;
        }
        int limit = entry.isRefusal() ? MAX_WAITING_REFUSALS : MAX_WAITING;
        if (unsent.incrementAndGet() > limit) {
            unsent.decrementAndGet();
            (entry.isRefusal() ? droppedRefusals : droppedOthers).increment();
            return;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        waiting.add(EntryFormat.told(entry, TimeOrderedId.next("log", now), now));
        if (entry.accountId() != null) {
            send();
        } else if (gathering.compareAndSet(false, true)) {
            vertx.setTimer(GATHERED_FOR_MS, elapsed -> {
                gathering.set(false);
                send();
            });
        }
    }

    /**
     * Notes what comes of the work of a caller.
     *
     * @param target what is to be changed or ended, as the caller named it; null for nothing
     */
    public <T> Uni<T> noted(Uni<T> work, Event event, Caller caller, Client client, String target) {
        String named = target != null && TimeOrderedId.isWellFormed(target) ? target : null;
        return noted(work, event, caller, client, named, done -> named);
    }

    /**
     * Notes what comes of the work of a caller who makes something.
     *
     * @param made what was made, as the result tells
     */
    public <T> Uni<T> notedMade(Uni<T> work, Event event, Caller caller, Client client, Function<T, String> made) {
        return noted(work, event, caller, client, null, made);
    }

    private <T> Uni<T> noted(
            Uni<T> work, Event event, Caller caller, Client client, String wanted, Function<T, String> done) {
        return work.invoke(result -> record(Entry.of(event, OK, caller, done.apply(result), client)))
                .onFailure()
                .invoke(failure ->
                        record(Entry.of(event, ProblemException.codeOf(failure).wireName(), caller, wanted, client)));
    }

    /** What a script is given, to write down beside what it judges. */
    public byte[] partOf(Event event, long cost, Client client) {
        return stream.boundOfShard() == 0 ? NOTHING : EntryFormat.request(event, cost, client);
    }

    void stop(@Observes ShutdownEvent event) {
        long deadline = System.nanoTime() + LONGEST_STOP.toNanos();
        while (unsent.get() > 0 && System.nanoTime() < deadline) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (unsent.get() > 0) {
            LOG.errorf("%d entries of the access log did not reach Redis", unsent.get());
        }
    }

    private void send() {
        if (underWay.get() >= MAX_UNDER_WAY) {
            return;
        }
        Context here = Vertx.currentContext();
        if (here != null && here.isEventLoopContext()) {
            sendFromHere();
        } else {
            eventLoop.runOnContext(there -> sendFromHere());
        }
    }

    private void sendFromHere() {
        if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
            underWay.decrementAndGet();
            return;
        }
        List<byte[]> together = new ArrayList<>();
        for (byte[] entry = waiting.poll(); entry != null; entry = waiting.poll()) {
            together.add(entry);
            if (together.size() == MAX_TOGETHER) {
                break;
            }
        }
        if (together.isEmpty()) {
            underWay.decrementAndGet();
            return;
        }
        stream.append(nextShard.getAndIncrement(), together).subscribe().with(sent -> sent(together), failure -> {
            LOG.warnf("the access log waits for Redis: %s", failure.toString());
            waiting.addAll(together);
            vertx.setTimer(RETRY_MS, elapsed -> goOn());
        });
    }

    private void sent(List<byte[]> together) {
        unsent.addAndGet(-together.size());
        goOn();
    }

    private void goOn() {
        underWay.decrementAndGet();
        if (!waiting.isEmpty()) {
            sendFromHere();
        }
    }
}
