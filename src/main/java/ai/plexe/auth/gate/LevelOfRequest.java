package ai.plexe.auth.gate;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.problem.ProblemException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The level that the original request of a forward-auth sub-request needs. */
final class LevelOfRequest {

    private LevelOfRequest() {}

    /**
     * Reading needs read_only; everything else, unknown methods included, read_write.
     *
     * @throws ProblemException {@code validation_failed} if {@code ?level=} names none
     */
    static PermissionLevel of(HttpServerRequest question, OriginalRequest original) {
        List<String> named = original.gateway().levels(question);
        if (named.size() > 1) {
            throw ProblemException.invalid("level", "must be given once");
        }
        PermissionLevel byMethod = original.isReading() ? PermissionLevel.READ_ONLY : PermissionLevel.READ_WRITE;
        if (named.isEmpty()) {
            return byMethod;
        }
        PermissionLevel byName = byName(named.get(0));
        // A gateway that passes the client's query on, as Caddy does unless it is told not to, must not have the client
        // choose.
        boolean stricter = byName.covers(byMethod);
        return stricter || !question.query().equals(original.query()) ? byName : byMethod;
    }

    private static PermissionLevel byName(String level) {
        try {
            return PermissionLevel.of(level);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("level", e.getMessage());
        }
    }
}
