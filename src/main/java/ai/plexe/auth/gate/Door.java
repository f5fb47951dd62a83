package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.session.PresentedToken;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Notes who is at the door, and leads programs to the {@link Gatekeeper} and people to the {@link SessionGate}. */
@ApplicationScoped
class Door {

    private static final int MAX_USER_AGENT = 256;
    private static final int MAX_PATH = 1024;
    private static final int MAX_METHOD = 20;
    private static final String FORWARDED_METHOD = "X-Forwarded-Method";
    private static final String FORWARDED_URI = "X-Forwarded-Uri";

    private final Gatekeeper gatekeeper;
    private final SessionGate sessions;
    private final ClientAddress clientAddress;

    Door(Gatekeeper gatekeeper, SessionGate sessions, ClientAddress clientAddress) {
        this.gatekeeper = gatekeeper;
        this.sessions = sessions;
        this.clientAddress = clientAddress;
    }

    /** A request that carries both an API key and a session is judged by its key. */
    Uni<Caller> admit(RoutingContext routing, Need need) {
        HttpServerRequest request = routing.request();
        Client client = greet(routing);
        PresentedToken token = request.headers().contains(Gatekeeper.HEADER) ? null : sessions.shown(request);
        return token == null ? gatekeeper.admit(request, client, need) : sessions.admit(routing, client, token, need);
    }

    /** Lets anybody in, but nobody whom a page of another site sent to change something. */
    void welcome(RoutingContext routing) {
        greet(routing);
        sessions.refuseForeign(routing.request());
    }

    private Client greet(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Client client = new Client(
                clientAddress.of(request),
                shown(request.getHeader(HttpHeaders.USER_AGENT), MAX_USER_AGENT),
                routing.response().headers().get("X-Request-Id"),
                methodOf(request),
                pathOf(request));
        client.stay(routing);
        return client;
    }

    private static String methodOf(HttpServerRequest request) {
        String forwarded = forwarded(FORWARDED_METHOD, request);
        return shown(forwarded == null ? request.method().name() : forwarded, MAX_METHOD);
    }

    private static String pathOf(HttpServerRequest request) {
        String forwarded = forwarded(FORWARDED_URI, request);
        return shown(forwarded == null ? request.path() : pathOf(forwarded), MAX_PATH);
    }

    /** The path of a request's target, which may be a whole URL (RFC 9112, 3.2.2). */
    private static String pathOf(String target) {
        int query = target.indexOf('?');
        String whole = query < 0 ? target : target.substring(0, query);
        int scheme = whole.startsWith("/") ? -1 : whole.indexOf("://");
        if (scheme < 0) {
            return whole;
        }
        int path = whole.indexOf('/', scheme + 3);
        return path < 0 ? "/" : whole.substring(path);
    }

    /** What a gateway's sub-request tells of the original request; null in any other. */
    private static String forwarded(String header, HttpServerRequest request) {
        return VerifyResource.PATH.equals(request.path()) ? request.getHeader(header) : null;
    }

    private static String shown(String text, int length) {
        String clean = Redaction.of(text);
        return clean == null || clean.length() <= length ? clean : clean.substring(0, length);
    }
}
