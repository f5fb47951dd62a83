package ai.plexe.auth.gate;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The level that the original request of a forward-auth sub-request needs. */
final class LevelOfRequest {

    private LevelOfRequest() {}

    /**
     * Reading needs read_only; everything else, unknown methods included, read_write.
     *
     * @throws ProblemException {@code validation_failed} if {@code ?level=} names none
     */
    static PermissionLevel of(RoutingContext routing) {
        List<String> named = routing.request().params().getAll("level");
        if (named.size() > 1) {
            throw ProblemException.invalid("level", "must be given once");
        }
        if (!named.isEmpty()) {
            return byName(named.get(0));
        }
        return OriginalRequest.of(routing).isReading() ? PermissionLevel.READ_ONLY : PermissionLevel.READ_WRITE;
    }

    private static PermissionLevel byName(String level) {
        try {
            return PermissionLevel.of(level);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("level", e.getMessage());
        }
    }
}
