package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;

/**
 * Refuses requests that another server on the way could read otherwise (RFC 9112, 11.2, request smuggling): unknown
 * transfer codings, several or malformed {@code Host} headers, coded bodies where a body is read. And such as have a head too large;
 * the server's own limits, at which there is no answer in the shape of the others, lie beyond.
 */
@ApplicationScoped
class Framing implements HttpServerOptionsCustomizer {

    private static final int MAX_TARGET = 8000;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final ProblemException TARGET_TOO_LONG =
            ProblemException.of(ProblemCode.URI_TOO_LONG, "Path and query may have 8000 characters at most.");
    private static final ProblemException HEADERS_TOO_LARGE =
            ProblemException.of(ProblemCode.HEADERS_TOO_LARGE, "The headers may have 16 KiB at most.");

    private final Refusals refusals;

    Framing(Refusals refusals) {
        this.refusals = refusals;
    }

    /** HTTP/2 in the clear begins as HTTP/1 with an upgrade: a gateway that passes that on would be a tunnel past itself. */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
        customizeHttpsServer(options);
    }

    /** Nobody speaks WebSocket here; what would agree on its compression looks at every request and answer. */
    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false);
    }

    @Override
    public void customizeDomainSocketServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    /** Whether the request goes on; else it is refused. */
    boolean admits(RoutingContext routing) {
        ProblemException refusal = refusal(routing);
        if (refusal != null) {
            refusals.endUnread(refusal, routing);
        }
        return refusal == null;
    }

    private static ProblemException refusal(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.uri().length() > MAX_TARGET) {
            return TARGET_TOO_LONG;
        }
        if (size(request.headers()) > MAX_HEADERS) {
            return HEADERS_TOO_LARGE;
        }
        String trouble = trouble(routing);
        return trouble == null ? null : ProblemException.of(ProblemCode.VALIDATION_FAILED, trouble);
    }

    private static int size(MultiMap headers) {
        int size = 0;
        for (Map.Entry<String, String> header : headers) {
            size += header.getKey().length() + header.getValue().length();
        }
        return size;
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
        if (!isBodyRead(routing)) {
            return null;
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            return "Content-Encoding is not understood; send the body as it is.";
        }
        return isMediaType(request.getHeader(HttpHeaders.CONTENT_TYPE))
                ? null
                : "Content-Type must be one media type, such as application/json.";
    }

    private static boolean isMediaType(String type) {
        try {
            return type == null || MediaType.valueOf(type) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
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
