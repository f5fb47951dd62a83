package ai.plexe.auth.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Set;

/** Writes problems: the body as JSON, and the headers that belong to it. Never waits. */
@ApplicationScoped
public class ProblemWriter {

    private static final CharSequence CHALLENGE_HEADER = HttpHeaders.createOptimized("WWW-Authenticate");
    private static final CharSequence CHALLENGE =
            HttpHeaders.createOptimized("ApiKey realm=\"plexe\", header=\"x-api-key\"");
    private static final CharSequence SESSION_CHALLENGE =
            HttpHeaders.createOptimized("Bearer realm=\"plexe\", error=\"invalid_token\"");
    private static final Set<ProblemCode> OF_SESSIONS =
            EnumSet.of(ProblemCode.INVALID_SESSION, ProblemCode.SESSION_EXPIRED);
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");

    /** Within a value its quotation marks would be escaped. */
    private static final String REQUEST_ID_MEMBER = "\"request_id\":\"";

    private static final CharSequence MEDIA_TYPE = HttpHeaders.createOptimized(Problem.MEDIA_TYPE);

    private final ObjectMapper json;
    private final FaultLog faults;

    ProblemWriter(ObjectMapper json, FaultLog faults) {
        this.json = json;
        this.faults = faults;
    }

    /** Ends the response with the problem that stands for a status of the framework's, outside JAX-RS. */
    public void end(int status, RoutingContext request) {
        end(FrameworkProblems.of(status), status, request);
    }

    /** Ends the response with the problem, outside JAX-RS. */
    public void end(ProblemException problem, RoutingContext request) {
        end(problem, problem.code().status(), request);
    }

    private void end(ProblemException problem, int status, RoutingContext request) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.headWritten()) {
            response.setStatusCode(status).end(begin(problem, status, request));
        }
    }

    /**
     * Begins an answer: sets the headers that belong to the problem, and logs what is behind it.
     *
     * @return the body that is to follow
     */
    public String begin(ProblemException problem, int status, RoutingContext request) {
        HttpServerResponse response = request.response();
        String requestId = response.headers().get(REQUEST_ID);
        if (!response.closed()) {
            faults.log(problem, requestId);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE);
        if (problem.code().status() == 401) {
            response.putHeader(CHALLENGE_HEADER, OF_SESSIONS.contains(problem.code()) ? SESSION_CHALLENGE : CHALLENGE);
        }
        if (problem.retryAfter() != null) {
            response.putHeader(RETRY_AFTER, seconds(problem));
        }
        return body(problem, status, requestId);
    }

    /** The id is put into what was told before: it has nothing that JSON would have to escape, as the gate sees to. */
    private String body(ProblemException problem, int status, String requestId) {
        String told = problem.told();
        if (told == null) {
            told = json(Problem.of(problem, status, ""));
            problem.setTold(told);
        }
        int id = told.indexOf(REQUEST_ID_MEMBER) + REQUEST_ID_MEMBER.length();
        return told.substring(0, id) + requestId + told.substring(id);
    }

    private String json(Problem problem) {
        try {
            return json.writeValueAsString(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem is plain data", e);
        }
    }

    private static String seconds(ProblemException problem) {
        return String.valueOf(Math.max(1, (problem.retryAfter().toMillis() + 999) / 1000));
    }
}
