package ai.plexe.auth.gate;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.problem.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;

/** The level that the original request of a forward-auth sub-request needs. */
final class LevelOfRequest {

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private LevelOfRequest() {}

    /**
     * @throws ProblemException {@code validation_failed} if {@code ?level=} names none
     */
    static PermissionLevel of(HttpServerRequest request) {
        List<String> named = request.params().getAll("level");
        if (named.size() > 1) {
            throw ProblemException.invalid("level", "must be given once");
        }
        return named.isEmpty() ? byMethod(request) : byName(named.get(0));
    }

    /** Reading needs read_only; everything else, unknown methods included, read_write. */
    private static PermissionLevel byMethod(HttpServerRequest request) {
        List<String> forwarded = request.headers().getAll("X-Forwarded-Method");
        boolean reads = forwarded.isEmpty() ? READS.contains(request.method().name()) : READS.containsAll(forwarded);
        return reads ? PermissionLevel.READ_ONLY : PermissionLevel.READ_WRITE;
    }

    /** Whether this request, and the original one that it asks for, only read. */
    static boolean isReading(HttpServerRequest request) {
        return READS.contains(request.method().name())
                && READS.containsAll(request.headers().getAll("X-Forwarded-Method"));
    }

    private static PermissionLevel byName(String level) {
        try {
            return PermissionLevel.of(level);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("level", e.getMessage());
        }
    }
}
