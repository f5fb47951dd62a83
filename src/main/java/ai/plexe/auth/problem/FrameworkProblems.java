package ai.plexe.auth.problem;

import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;

/** What the framework's own statuses and faults mean to a caller. */
final class FrameworkProblems {

    /**
     * Classes of SQLSTATE (PostgreSQL, appendix A) that pass: connection, rollback such as a deadlock, resources,
     * locks, operator intervention.
     */
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "40", "53", "55", "57");

    /** A server that only reads, as one does that is about to be the first or was it; a transaction that was idle for too long. */
    private static final Set<String> TRANSIENT = Set.of("25006", "25P03");

    private FrameworkProblems() {}

    static ProblemException of(int status) {
        ProblemCode code = ProblemCode.ofStatus(status);
        return ProblemException.of(
                code,
                switch (code) {
                    case NOT_FOUND -> "Nothing lives at this path.";
                    case METHOD_NOT_ALLOWED -> "This path does not know this method; see Allow.";
                    case NOT_ACCEPTABLE -> "Accept leaves out every form that this answer comes in.";
                    case UNSUPPORTED_MEDIA_TYPE -> "Content-Type must be application/json.";
                    case PAYLOAD_TOO_LARGE -> "The body may have 64 KiB at most.";
                    case INTERNAL_ERROR -> "Something went wrong here; the request id leads to it.";
                    default -> "The request is malformed.";
                });
    }

    /** A dependency that is out of reach, or asks to be asked again, is worth another try; the rest are defects. */
    static ProblemException ofFault(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof ProblemException problem) {
                return problem;
            }
            String sqlState = sqlState(t);
            boolean passing = sqlState == null
                    ? t instanceof TimeoutException
                            || t instanceof IOException
                            || t instanceof VertxException
                            || t instanceof NoStackTraceThrowable
                    : TRANSIENT.contains(sqlState) || TRANSIENT_CLASSES.contains(sqlState.substring(0, 2));
            if (passing) {
                return ProblemException.unavailable(
                        "A dependency can't be reached just now. If this was a change, read back whether it was made.",
                        fault);
            }
            if (sqlState != null) {
                break;
            }
        }
        return ProblemException.fault(of(500).getMessage(), fault);
    }

    private static String sqlState(Throwable t) {
        String state = t instanceof DatabaseException refusal
                ? refusal.getSqlState()
                : t instanceof SQLException refusal ? refusal.getSQLState() : null;
        return state == null || state.length() < 2 ? null : state;
    }
}
