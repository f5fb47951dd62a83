package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.Stream;

/**
 * Metrics are for who asks the service itself. What came through a proxy, whoever that is, came from the world: a rule of the proxy's
 * own would have to know every spelling of the path that leads here.
 */
@ApplicationScoped
class MetricsAccess {

    private static final String METRICS = "/q/metrics";

    private final ProblemWriter problems;

    MetricsAccess(ProblemWriter problems) {
        this.problems = problems;
    }

    /** Whether the request goes on; else it is refused. */
    boolean admits(RoutingContext routing) {
        if (routing.normalizedPath().startsWith(METRICS)
                && isForwarded(routing.request().headers())) {
            problems.end(404, routing);
            return false;
        }
        return true;
    }

    /** As proxies say it: RFC 7239, its forerunners, and RFC 9110, 7.6.3. */
    private static boolean isForwarded(MultiMap headers) {
        return Stream.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via").anyMatch(headers::contains);
    }
}
