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
                readable(request.getHeader(HttpHeaders.USER_AGENT)),
                routing.response().headers().get("X-Request-Id"));
        client.stay(routing);
        return client;
    }

    /** What can go into a log and a mail. */
    private static String readable(String userAgent) {
        if (userAgent == null) {
            return null;
        }
        String text = userAgent.length() > MAX_USER_AGENT ? userAgent.substring(0, MAX_USER_AGENT) : userAgent;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return text.replaceAll("\\p{Cntrl}", "?");
            }
        }
        return text;
    }
}
