package ai.plexe.auth.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a resource, a filter or the framework throws into the one shape. */
public final class ProblemMapper {

    private static final MediaType MEDIA_TYPE = MediaType.valueOf(Problem.MEDIA_TYPE);

    private final ProblemWriter writer;

    ProblemMapper(ProblemWriter writer) {
        this.writer = writer;
    }

    @ServerExceptionMapper
    Response problem(ProblemException problem, RoutingContext request) {
        return answer(problem, problem.code().status(), request);
    }

    /** Jackson's own families, each by name: the framework's mappers for them win over one for their root. */
    @ServerExceptionMapper({JsonProcessingException.class, DatabindException.class, MismatchedInputException.class})
    Response badJson(JsonProcessingException cause, RoutingContext request) {
        return problem(JsonProblems.of(cause), request);
    }

    @ServerExceptionMapper
    Response framework(WebApplicationException failure, RoutingContext request) {
        for (Throwable t = failure.getCause(); t != null; t = t.getCause()) {
            if (t instanceof ProblemException problem) {
                return problem(problem, request);
            }
            if (t instanceof JsonProcessingException json) {
                return badJson(json, request);
            }
        }
        int status = failure.getResponse().getStatus();
        if (status < 400) {
            return failure.getResponse();
        }
        return answer(FrameworkProblems.of(status), status, request);
    }

    @ServerExceptionMapper
    Response fault(Throwable fault, RoutingContext request) {
        return problem(ProblemException.meantBy(fault), request);
    }

    private Response answer(ProblemException problem, int status, RoutingContext request) {
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(writer.begin(problem, status, request))
                .build();
    }
}
