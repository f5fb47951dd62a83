package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Ends requests that are not let in, in the form that whoever asks can take. Any thread. */
@ApplicationScoped
class Refusals {

    private final ProblemWriter problems;
    private final NginxAnswers nginx;

    Refusals(ProblemWriter problems, NginxAnswers nginx) {
        this.problems = problems;
        this.nginx = nginx;
    }

    /** Ends the request on its own event loop; a look-up that took too long fails on another thread. */
    void end(Throwable failure, RoutingContext routing) {
        ContextInternal own = (ContextInternal) ((HttpServerRequestInternal) routing.request()).context();
        if (own.inThread()) {
            endHere(failure, routing);
        } else {
            own.runOnContext(there -> endHere(failure, routing));
        }
    }

    private void endHere(Throwable failure, RoutingContext routing) {
        if (routing.response().headWritten()) {
            routing.fail(failure);
            return;
        }
        tell(ProblemException.meantBy(failure), routing);
    }

    /** Ends a request whose body is left unread: an HTTP/1 connection can't be used again after it. On the request's event loop. */
    void endUnread(ProblemException problem, RoutingContext routing) {
        if (routing.request().version() != HttpVersion.HTTP_2) {
            routing.response()
                    .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .endHandler(ended -> routing.request().connection().close());
        }
        tell(problem, routing);
    }

    private void tell(ProblemException problem, RoutingContext routing) {
        if (OriginalRequest.of(routing).gateway() == Gateway.NGINX) {
            nginx.end(problem, routing);
        } else {
            problems.end(problem, routing);
        }
    }
}
