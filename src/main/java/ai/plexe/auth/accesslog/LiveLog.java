package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Standing;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Follows the log as it is written. Entries do not come in the order of their times: what another instance, or another shard of
 * Redis, had at the same moment may come a little later. So whoever follows looks once a second at all from some seconds ago on,
 * or from when the oldest entry that still waits in Redis was written, and passes on what is new to them. Event loops only.
 */
@ApplicationScoped
class LiveLog {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration LATE = Duration.ofSeconds(10);
    private static final int AT_ONCE = 1000;

    /** Who comes back after so long is told to find what they missed in the log itself. */
    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(5);

    /** So long at most, so that nobody stays for whom nobody is there any more. */
    static final Duration LONGEST_STAY = Duration.ofMinutes(1);

    /** Of an account that has more in {@link #LATE} than this, entries that come late are not waited for. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final int MAX_FOLLOWERS = 200;
    private static final int MAX_FOLLOWERS_OF_ACCOUNT = 10;
    private static final List<LogEntry> NO_MORE = new ArrayList<>();

    private final AccessLogRepository repository;
    private final Ingestion ingestion;
    private final List<Standing> standings;
    private final Vertx vertx;
    private final Clock clock;
    private final AtomicInteger followers = new AtomicInteger();
    private final Map<String, Integer> followersOfAccount = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    LiveLog(
            AccessLogRepository repository,
            Ingestion ingestion,
            @All List<Standing> standings,
            Vertx vertx,
            Clock clock) {
        this.repository = repository;
        this.ingestion = ingestion;
        this.standings = standings;
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * Lets somebody follow, until they {@link Follower#leave}, or for {@link #LONGEST_STAY}.
     *
     * @param lastId the entry to go on after, to which those come that may have been late; empty for what happens from the time
     *     that is asked for, or from now, on
     * @throws ProblemException {@code rate_limit_exceeded} or {@code temporarily_unavailable} if too many follow already, or
     *     {@code validation_failed} if the entry is too old
     */
    Uni<Follower> follow(Caller caller, LogQuery query, String lastId) {
        Instant now = clock.instant();
        if (!lastId.isEmpty()) {
            requireLately("Last-Event-ID", TimeOrderedId.timeOf(lastId), now);
        } else if (query.from() != null) {
            requireLately("from", query.from(), now);
        }
        return standing(caller).map(standing -> {
            enter(query.accountId());
            return new Follower(caller, standing, query, lastId, now);
        });
    }

    private static void requireLately(String name, Instant time, Instant now) {
        if (time.isBefore(now.minus(LONGEST_ABSENCE))) {
            throw ProblemException.invalid(
                    name, "is more than five minutes ago: read what was before from /auth/access-logs");
        }
    }

    private Uni<String> standing(Caller caller) {
        return standings.stream()
                .filter(standing -> standing.knows(caller))
                .findFirst()
                .orElseThrow()
                .of(caller);
    }

    private void enter(String accountId) {
        if (followers.incrementAndGet() > MAX_FOLLOWERS) {
            followers.decrementAndGet();
            throw ProblemException.unavailable("Too many follow access logs here just now.", null);
        }
        if (followersOfAccount.merge(accountId, 1, Integer::sum) > MAX_FOLLOWERS_OF_ACCOUNT) {
            leave(accountId);
            throw ProblemException.rateLimited(
                    "Too many follow this account's log; " + MAX_FOLLOWERS_OF_ACCOUNT + " may, per instance.",
                    clock.instant().plus(LONGEST_STAY).truncatedTo(ChronoUnit.MILLIS),
                    LONGEST_STAY);
        }
    }

    private void leave(String accountId) {
        followers.decrementAndGet();
        followersOfAccount.computeIfPresent(accountId, (account, count) -> count == 1 ? null : count - 1);
    }

    /**
     * Whoever follows goes on at another instance, rather than hold up the end of this one. Not before balancers know: until then
     * they would come back to this one.
     */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        Duration delay = ConfigProvider.getConfig().getValue("quarkus.shutdown.delay", Duration.class);
        vertx.setTimer(Math.max(1, delay.toMillis()), elapsed -> stopping = true);
    }

    /** One who follows: what they have seen already, as far back as something may still come late. */
    final class Follower {

        private final Caller caller;
        private final String standing;
        private final LogQuery query;
        private final String beginning;
        private final Map<String, Instant> seen = new HashMap<>();
        private final AtomicBoolean here = new AtomicBoolean(true);
        private Instant horizon;

        private Follower(Caller caller, String standing, LogQuery query, String lastId, Instant now) {
            this.caller = caller;
            this.standing = standing;
            this.query = query;
            if (lastId.isEmpty()) {
                this.horizon = query.from() == null ? now : query.from();
                this.beginning = TimeOrderedId.next("log", horizon);
            } else {
                this.beginning = lastId;
                this.horizon = TimeOrderedId.timeOf(lastId).minus(LATE);
                seen.put(lastId, TimeOrderedId.timeOf(lastId));
            }
            vertx.setTimer(LONGEST_STAY.toMillis(), elapsed -> leave());
        }

        /** The id to come back with if nothing new has come. */
        String beginning() {
            return beginning;
        }

        /**
         * Batches of new entries, oldest first, once a second; an empty one if there is nothing new. They end as soon as there is
         * something that the caller may no longer see, or the service does.
         */
        Multi<List<LogEntry>> batches() {
            return Multi.createBy()
                    .repeating()
                    .uni(() -> look("", new ArrayList<>()).flatMap(this::ifStillAllowed))
                    .withDelay(LOOK_EVERY)
                    .whilst(batch -> !stopping)
                    .select()
                    .first(batch -> batch != NO_MORE);
        }

        /** Any number of times. */
        void leave() {
            if (here.compareAndSet(true, false)) {
                LiveLog.this.leave(query.accountId());
            }
        }

        /** Whatever was read before this was asked happened while the caller was still allowed. */
        private Uni<List<LogEntry>> ifStillAllowed(List<LogEntry> news) {
            return news.isEmpty()
                    ? Uni.createFrom().item(news)
                    : standing(caller).map(now -> !now.isEmpty() && now.equals(standing) ? news : NO_MORE);
        }

        private Uni<List<LogEntry>> look(String after, List<LogEntry> news) {
            return repository.follow(query.since(horizon), after, AT_ONCE).flatMap(found -> {
                for (LogEntry entry : found) {
                    if (seen.putIfAbsent(entry.id(), entry.time()) == null) {
                        news.add(entry);
                    }
                }
                if (found.size() == AT_ONCE && news.size() < MAX_REMEMBERED) {
                    return look(found.get(AT_ONCE - 1).id(), news);
                }
                moveOn(found);
                return Uni.createFrom().item(news);
            });
        }

        private void moveOn(List<LogEntry> found) {
            Instant settled = clock.instant().minus(LATE);
            Instant waiting = ingestion.oldestWaiting();
            if (waiting != null && waiting.isBefore(settled)) {
                settled = waiting;
            }
            if (seen.size() > MAX_REMEMBERED && !found.isEmpty()) {
                settled = found.get(found.size() - 1).time();
            }
            if (settled.isAfter(horizon)) {
                horizon = settled;
                Instant from = settled;
                seen.values().removeIf(time -> time.isBefore(from));
            }
        }
    }
}
