package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Refusals as nginx's auth_request can take them: it keeps the headers of a sub-request, not its body, and makes a 500 of any
 * status but 401 and 403. So the true status, the code and the body go into headers, from which its configuration makes the
 * answer that everybody else gets.
 */
@ApplicationScoped
class NginxAnswers {

    private static final CharSequence STATUS = HttpHeaders.createOptimized("X-Auth-Status");
    private static final CharSequence ERROR = HttpHeaders.createOptimized("X-Auth-Error");
    private static final CharSequence PROBLEM = HttpHeaders.createOptimized("X-Auth-Problem");

    private final ProblemWriter problems;

    NginxAnswers(ProblemWriter problems) {
        this.problems = problems;
    }

    void end(ProblemException problem, RoutingContext routing) {
        int status = problem.code().status();
        String body = problems.begin(problem, status, routing);
        routing.response()
                .setStatusCode(status == 401 ? 401 : 403)
                .putHeader(STATUS, String.valueOf(status))
                .putHeader(ERROR, problem.code().wireName())
                .putHeader(PROBLEM, ascii(body))
                .end(body);
    }

    /** JSON in ASCII (RFC 8259, section 7), for a header. */
    private static String ascii(String json) {
        StringBuilder ascii = new StringBuilder(json.length());
        for (char c : json.toCharArray()) {
            if (c < 128) {
                ascii.append(c);
            } else {
                ascii.append(String.format("\\u%04x", (int) c));
            }
        }
        return ascii.toString();
    }
}
