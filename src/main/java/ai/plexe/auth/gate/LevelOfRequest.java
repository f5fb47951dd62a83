package ai.plexe.auth.gate;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.problem.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/** The level that the original request of a forward-auth sub-request needs. */
final class LevelOfRequest {

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private LevelOfRequest() {}

    /**
     * @throws ProblemException {@code validation_failed} if {@code ?level=} names none
     */
    static PermissionLevel of(HttpServerRequest request) {
        String named = request.getParam("level");
        return named == null || named.isEmpty() ? byMethod(request) : byName(named);
    }

    /** Reading needs read_only; everything else, unknown methods included, read_write. */
    private static PermissionLevel byMethod(HttpServerRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Method");
        String method = forwarded == null ? request.method().name() : forwarded;
        return READS.contains(method) ? PermissionLevel.READ_ONLY : PermissionLevel.READ_WRITE;
    }

    private static PermissionLevel byName(String level) {
        try {
            return PermissionLevel.of(level);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("level", e.getMessage());
        }
    }
}
