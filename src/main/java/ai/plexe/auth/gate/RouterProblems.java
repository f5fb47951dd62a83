package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Gives the router's own refusals and faults, which no resource sees, the one shape of errors. */
@ApplicationScoped
class RouterProblems {

    private static final Logger LOG = Logger.getLogger(RouterProblems.class);
    private static final int[] STATUSES = {400, 404, 405, 406, 413, 414, 415, 431, 500, 503};
    private static final int FIRST = -10_000;

    private final ProblemWriter problems;
    private final EveryAnswer everyAnswer;

    RouterProblems(ProblemWriter problems, EveryAnswer everyAnswer) {
        this.problems = problems;
        this.everyAnswer = everyAnswer;
    }

    void register(@Observes Router router) {
        for (int status : STATUSES) {
            router.errorHandler(status, routing -> problems.end(status, routing));
        }
        router.route().order(FIRST).failureHandler(this::end);
    }

    /** What fails before the first filter has not been marked yet; what fails in the middle of an answer is cut off. */
    private void end(RoutingContext routing) {
        if (routing.response().headWritten()) {
            if (routing.response().closed() || routing.failure() instanceof IOException) {
                LOG.debug("a client left in the middle of its answer", routing.failure());
            } else if (routing.failure() != null) {
                LOG.error("a request failed in the middle of its answer", routing.failure());
            }
            routing.response().reset();
            return;
        }
        int status = routing.statusCode() > 0 ? routing.statusCode() : 500;
        if (status >= 500) {
            LOG.error("a request failed before any resource saw it", routing.failure());
        }
        everyAnswer.mark(routing);
        problems.end(status, routing);
    }
}
