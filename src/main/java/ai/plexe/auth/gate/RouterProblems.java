package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Gives the router's own refusals, which no resource sees, the one shape of errors. */
@ApplicationScoped
class RouterProblems {

    private static final int[] STATUSES = {400, 404, 405, 406, 413, 414, 415, 431, 500, 503};

    private final ProblemWriter problems;

    RouterProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    void register(@Observes Router router) {
        for (int status : STATUSES) {
            router.errorHandler(status, routing -> problems.end(status, routing));
        }
    }
}
