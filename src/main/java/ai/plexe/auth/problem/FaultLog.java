package ai.plexe.auth.problem;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Logs what went wrong behind a problem. While a dependency is down every request fails alike, so failures that are
 * worth another try are logged once a second, with how many were left out; a defect is logged each time. Any thread.
 */
@ApplicationScoped
class FaultLog {

    private static final Logger LOG = Logger.getLogger(FaultLog.class);
    private static final long QUIET_MS = 1000;

    private final Clock clock;
    private final AtomicLong quietUntil = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();

    FaultLog(Clock clock) {
        this.clock = clock;
    }

    void log(ProblemException problem, String requestId) {
        if (problem.getCause() == null) {
            return;
        }
        if (problem.code() != ProblemCode.TEMPORARILY_UNAVAILABLE) {
            write(Logger.Level.ERROR, problem, requestId, problem.getCause());
        } else if (isItsTurn()) {
            write(Logger.Level.WARN, problem, requestId, null);
        } else {
            leftOut.incrementAndGet();
        }
    }

    private boolean isItsTurn() {
        long now = clock.millis();
        long until = quietUntil.get();
        return now >= until && quietUntil.compareAndSet(until, now + QUIET_MS);
    }

    private void write(Logger.Level level, ProblemException problem, String requestId, Throwable stack) {
        MDC.put("request_id", requestId);
        MDC.put("code", problem.code().wireName());
        try {
            LOG.logf(
                    level,
                    stack,
                    "%s: %s (%d alike left out)",
                    problem.getMessage(),
                    problem.getCause(),
                    leftOut.getAndSet(0));
        } finally {
            MDC.remove("request_id");
            MDC.remove("code");
        }
    }
}
