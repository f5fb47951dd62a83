package ai.plexe.auth.problem;

import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLTransientException;

/** What the framework's own statuses and faults mean to a caller. */
final class FrameworkProblems {

    private FrameworkProblems() {}

    static ProblemException of(int status) {
        ProblemCode code = ProblemCode.ofStatus(status);
        return ProblemException.of(
                code,
                switch (code) {
                    case NOT_FOUND -> "Nothing lives at this path.";
                    case METHOD_NOT_ALLOWED -> "This path does not know this method; see Allow.";
                    case NOT_ACCEPTABLE -> "The answer is JSON, which Accept leaves out.";
                    case UNSUPPORTED_MEDIA_TYPE -> "Content-Type must be application/json.";
                    case PAYLOAD_TOO_LARGE -> "The body may have 64 KiB at most.";
                    case URI_TOO_LONG -> "The request line is too long.";
                    case HEADERS_TOO_LARGE -> "The request's headers are too large.";
                    case INTERNAL_ERROR -> "Something went wrong here; the request id leads to it.";
                    default -> "The request is malformed.";
                });
    }

    /** A dependency that can't be reached is worth another try; anything else is a defect. */
    static ProblemException ofFault(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof TimeoutException
                    || t instanceof IOException
                    || t instanceof ClosedChannelException
                    || t instanceof SQLTransientException
                    || t instanceof VertxException) {
                return ProblemException.unavailable("A dependency can't be reached, so nothing was decided.", fault);
            }
        }
        return ProblemException.fault(of(500).getMessage(), fault);
    }
}
