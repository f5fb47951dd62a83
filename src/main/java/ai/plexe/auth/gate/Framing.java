package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Refuses requests that another server on the way could read otherwise (RFC 9112, 11.2, request smuggling): unknown
 * transfer codings, several or malformed {@code Host} headers, coded bodies where a body is read.
 */
@ApplicationScoped
class Framing {

    private final ProblemWriter problems;

    Framing(ProblemWriter problems) {
        this.problems = problems;
    }

    /** Whether the request goes on; else it is refused. */
    boolean admits(RoutingContext routing) {
        String trouble = trouble(routing);
        if (trouble != null) {
            problems.endUnread(ProblemException.of(ProblemCode.VALIDATION_FAILED, trouble), routing);
        }
        return trouble == null;
    }

    private static String trouble(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        boolean http1 = request.version() == HttpVersion.HTTP_1_1;
        if (hosts.size() > 1 || http1 && (hosts.isEmpty() || !isAuthority(hosts.get(0)))) {
            return "Host must be given once, as a host name or address with an optional port.";
        }
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (codings.size() > 1 || codings.size() == 1 && !codings.get(0).equalsIgnoreCase("chunked")) {
            return "Transfer-Encoding may be chunked and nothing else.";
        }
        return request.headers().contains(HttpHeaders.CONTENT_ENCODING) && isBodyRead(routing)
                ? "Content-Encoding is not understood; send the body as it is."
                : null;
    }

    /** Gateways copy the header of an original request whose body they keep. */
    private static boolean isBodyRead(RoutingContext routing) {
        return hasBody(routing.request()) && !OriginalRequest.isAskedFor(routing);
    }

    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !length.equals("0");
    }

    private static boolean isAuthority(String host) {
        HostAndPort authority = HostAndPort.parseAuthority(host, -1);
        return authority != null && !authority.host().isEmpty();
    }
}
