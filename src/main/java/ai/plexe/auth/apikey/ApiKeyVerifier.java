package ai.plexe.auth.apikey;

import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.apikey.GrantCache.Answer;
import ai.plexe.auth.apikey.Verdict.Accepted;
import ai.plexe.auth.apikey.Verdict.Rejected;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.ratelimit.FailedAttempts;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one look-up: from a digest to a {@link Verdict}. One round trip to Redis where the grant is cached; one query to
 * PostgreSQL and a second round trip where it is not. A failed {@link Uni} means that it could not be decided. Event
 * loops only.
 */
@ApplicationScoped
public class ApiKeyVerifier {

    private static final int MAX_WAITS = 20;
    private static final int MAX_ATTEMPTS = 30;
    private static final int MAX_KNOWN = 50_000;
    private static final long WAIT_MS = 10;
    private static final Rejected INVALID = new Rejected(Reason.INVALID, null, null, null, List.of(Reason.INVALID));

    private final GrantCache cache;
    private final ApiKeyRepository repository;
    private final FailedAttempts failedAttempts;
    private final LastUse lastUse;
    private final AccessLog log;
    private final Vertx vertx;

    /** Digests of keys seen here: that they once belonged to a key stays true, so Redis may lose its own marks. */
    private final Cache<String, Boolean> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_KNOWN).build();

    private final String instance =
            Base64.getUrlEncoder().withoutPadding().encodeToString(new SecureRandom().generateSeed(8));
    private final AtomicLong leases = new AtomicLong();
    private final Counter hits;
    private final Counter misses;
    private final Counter waits;

    ApiKeyVerifier(
            GrantCache cache,
            ApiKeyRepository repository,
            FailedAttempts failedAttempts,
            LastUse lastUse,
            AccessLog log,
            Vertx vertx,
            MeterRegistry metrics) {
        this.cache = cache;
        this.repository = repository;
        this.failedAttempts = failedAttempts;
        this.lastUse = lastUse;
        this.log = log;
        this.vertx = vertx;
        this.hits = lookUps(metrics, "hit");
        this.misses = lookUps(metrics, "miss");
        this.waits = lookUps(metrics, "wait");
    }

    private static Counter lookUps(MeterRegistry metrics, String result) {
        return Counter.builder("plexe.grant.cache")
                .description("Grants asked for in Redis: found, not found, being looked up")
                .tag("result", result)
                .register(metrics);
    }

    /**
     * Judges a key that a client showed to us: an unknown one counts as a failed attempt of its address, and too many
     * of them are refused without a look-up.
     */
    public Uni<Verdict> verifyOfClient(Presented presented) {
        return verify(presented, true);
    }

    /** Judges a key that an authenticated caller asks about; its own limit is what bounds it. */
    public Uni<Verdict> verify(Presented presented) {
        return verify(presented, false);
    }

    private Uni<Verdict> verify(Presented presented, boolean ofClient) {
        boolean limited = ofClient && presented.address() != null;
        return admit(presented, limited, 0)
                .flatMap(verdict -> limited && verdict == INVALID
                        ? noteFailedAttempt(presented)
                        : Uni.createFrom().item(verdict))
                .invoke(verdict -> logUnknown(verdict, presented));
    }

    /** What was judged by a grant is written down by the script that judged it. */
    private void logUnknown(Verdict verdict, Presented presented) {
        if (verdict instanceof Rejected refused && refused.grant() == null && !presented.explain()) {
            log.record(AccessLog.Entry.ofNobody(
                    presented.event(), refused.reason().code().wireName(), presented.client()));
        }
    }

    private Uni<Verdict> admit(Presented presented, boolean limited, int attempts) {
        if (attempts > MAX_ATTEMPTS) {
            return Uni.createFrom().failure(ProblemException.unavailable("The key changes too fast.", null));
        }
        return cache.admit(presented, nextLease(), attempts >= MAX_WAITS)
                .flatMap(answer -> follow(answer, presented, limited, attempts));
    }

    private Uni<Verdict> follow(Answer answer, Presented presented, boolean limited, int attempts) {
        return switch (answer.outcome()) {
            case "lookup" -> {
                misses.increment();
                yield isKnown(answer, presented) || !limited
                        ? lookUp(presented, answer.lease(), attempts)
                        : lookUpUnlessLimited(presented, answer.lease(), attempts);
            }
            case "wait" -> {
                waits.increment();
                yield pause().flatMap(waited -> admit(presented, limited, attempts + 1));
            }
            default -> {
                hits.increment();
                yield decide(answer, presented, limited, attempts);
            }
        };
    }

    private Uni<Verdict> decide(Answer answer, Presented presented, boolean limited, int attempts) {
        return switch (answer.outcome()) {
            case "lost" -> admit(presented, limited, attempts + 1);
            case "rotated" -> admit(presented.withDigest(answer.identity()), limited, attempts + 1);
            default -> Uni.createFrom().item(verdict(answer, presented));
        };
    }

    private Uni<Verdict> lookUpUnlessLimited(Presented presented, String lease, int attempts) {
        return failedAttempts
                .delay(presented.address())
                .flatMap(delay -> delay.isZero()
                        ? lookUp(presented, lease, attempts)
                        : Uni.createFrom().item(tooManyFailures(delay)));
    }

    /** Asks PostgreSQL. If the key was changed meanwhile, what it said counts no more, and all begins again. */
    private Uni<Verdict> lookUp(Presented presented, String lease, int attempts) {
        return repository
                .lookUp(presented.digest())
                .flatMap(found -> cache.admit(presented, lease, found))
                .flatMap(answer -> decide(answer, presented, false, attempts));
    }

    private boolean isKnown(Answer answer, Presented presented) {
        return !answer.identity().isEmpty() || known.getIfPresent(presented.digest()) != null;
    }

    /** On the request's own event loop, where a connection to Redis waits for it. */
    private Uni<Void> pause() {
        return Uni.createFrom().emitter(pause -> vertx.setTimer(WAIT_MS, timer -> pause.complete(null)));
    }

    private String nextLease() {
        return instance + leases.incrementAndGet();
    }

    private Uni<Verdict> noteFailedAttempt(Presented presented) {
        return failedAttempts.note(presented.address()).map(delay -> delay.isZero() ? INVALID : tooManyFailures(delay));
    }

    private static Verdict tooManyFailures(Duration delay) {
        return new Rejected(Reason.FAILED_ATTEMPTS, null, null, delay, List.of(Reason.FAILED_ATTEMPTS));
    }

    private Verdict verdict(Answer answer, Presented presented) {
        if (answer.outcome().equals("unknown")) {
            return INVALID;
        }
        Grant grant = Grant.ofIdentity(answer.identity());
        boolean counted = answer.failed().isEmpty() && !presented.explain();
        // For a key in steady use, as often as its use is written is enough.
        if (!counted || lastUse.note(grant.keyId(), presented)) {
            known.put(presented.digest(), Boolean.TRUE);
        }
        if (answer.failed().isEmpty()) {
            return new Accepted(grant, answer.quota());
        }
        List<Reason> failed =
                answer.failed().stream().map(ApiKeyVerifier::reason).toList();
        Duration retryAfter = failed.get(0) == Reason.LIMIT ? answer.quota().reset() : null;
        return new Rejected(failed.get(0), grant, answer.quota(), retryAfter, failed);
    }

    private static Reason reason(String failedCheck) {
        return switch (failedCheck) {
            case "revoked" -> Reason.REVOKED;
            case "expired" -> Reason.EXPIRED;
            case "address" -> Reason.ADDRESS;
            case "level" -> Reason.LEVEL;
            case "limit" -> Reason.LIMIT;
            default -> throw new IllegalStateException("no such check: " + failedCheck);
        };
    }
}
