package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Refuses bodies over 64 KiB: by their announced length before anything is read, else when that much has come. */
@Provider
@ApplicationScoped
public class BodyLimit implements ReaderInterceptor {

    private static final int MAX_BYTES = 64 * 1024;
    private static final ProblemException TOO_LARGE =
            ProblemException.of(ProblemCode.PAYLOAD_TOO_LARGE, "The body may have 64 KiB at most.");

    private final Refusals refusals;

    BodyLimit(Refusals refusals) {
        this.refusals = refusals;
    }

    /** Whether the announced length lets the request go on; else it is refused. */
    boolean admits(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (!Framing.hasBody(request) && !request.headers().contains(HttpHeaders.CONTENT_TYPE)) {
            // An empty body has no type; a resource that can do without one shall not refuse it for that.
            request.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        }
        if (length == null || length.length() <= 5 && Integer.parseInt(length) <= MAX_BYTES) {
            return true;
        }
        refusals.endUnread(TOO_LARGE, routing);
        return false;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        byte[] body = context.getInputStream().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw TOO_LARGE;
        }
        context.setInputStream(new ByteArrayInputStream(body));
        return context.proceed();
    }
}
