package ai.plexe.auth.accesslog;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

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

    /** Who comes back after so long finds what they missed in the log itself. */
    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(5);

    /** Of an account that has more in {@link #LATE} than this, entries that come late are not waited for. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final int MAX_FOLLOWERS = 200;
    private static final int MAX_FOLLOWERS_OF_ACCOUNT = 10;

    private final AccessLogRepository repository;
    private final Ingestion ingestion;
    private final Clock clock;
    private final AtomicInteger followers = new AtomicInteger();
    private final Map<String, Integer> followersOfAccount = new ConcurrentHashMap<>();

    LiveLog(AccessLogRepository repository, Ingestion ingestion, Clock clock) {
        this.repository = repository;
        this.ingestion = ingestion;
        this.clock = clock;
    }

    /**
     * Lets somebody follow, until they {@link Follower#leave}.
     *
     * @param lastId the entry to go on after; empty for what happens from now on
     * @throws ProblemException {@code rate_limit_exceeded} or {@code temporarily_unavailable} if too many follow already
     */
    Follower follow(LogQuery query, String lastId) {
        enter(query.accountId());
        return new Follower(query, lastId);
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
                    clock.instant().plus(LOOK_EVERY).truncatedTo(ChronoUnit.MILLIS),
                    LOOK_EVERY);
        }
    }

    private void leave(String accountId) {
        followers.decrementAndGet();
        followersOfAccount.computeIfPresent(accountId, (account, count) -> count == 1 ? null : count - 1);
    }

    /** One who follows: what they have seen already, as far back as something may still come late. */
    final class Follower {

        private final LogQuery query;
        private final Map<String, Instant> seen = new HashMap<>();
        private Instant horizon;

        private Follower(LogQuery query, String lastId) {
            this.query = query;
            Instant earliest = clock.instant().minus(LONGEST_ABSENCE);
            Instant last = lastId.isEmpty() ? clock.instant() : TimeOrderedId.timeOf(lastId);
            this.horizon = last.isBefore(earliest) ? earliest : last;
            if (!lastId.isEmpty()) {
                seen.put(lastId, last);
            }
        }

        /** Batches of new entries, oldest first, once a second; an empty one if there is nothing new. */
        Multi<List<LogEntry>> batches() {
            return Multi.createBy()
                    .repeating()
                    .uni(() -> look("", new ArrayList<>()))
                    .withDelay(LOOK_EVERY)
                    .indefinitely();
        }

        void leave() {
            LiveLog.this.leave(query.accountId());
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
