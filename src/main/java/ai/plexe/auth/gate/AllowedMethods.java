package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/**
 * Which methods a path knows: for the {@code Allow} that a 405 must have (RFC 9110, 15.5.6) and the framework leaves
 * out, and for OPTIONS, to which the framework says yes on any path.
 */
@ApplicationScoped
class AllowedMethods {

    private final ProblemWriter problems;

    AllowedMethods(ProblemWriter problems) {
        this.problems = problems;
    }

    /** Whether the request goes on; else it is answered. */
    boolean admits(RoutingContext routing, ResourcePaths.Known resource) {
        HttpMethod method = routing.request().method();
        Set<String> known = resource.methods().keySet();
        boolean asks = method == HttpMethod.OPTIONS;
        if (!asks && (known.isEmpty() || known.contains(method.name()))) {
            return true;
        }
        HttpServerResponse response = routing.response();
        if (known.isEmpty()) {
            problems.end(404, routing);
        } else if (asks) {
            response.setStatusCode(204)
                    .putHeader(HttpHeaders.ALLOW, String.join(", ", known) + ", OPTIONS")
                    .end();
        } else {
            response.putHeader(HttpHeaders.ALLOW, String.join(", ", known));
            problems.end(405, routing);
        }
        return false;
    }
}
