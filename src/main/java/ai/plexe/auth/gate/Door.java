package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.problem.Redaction;
import ai.plexe.auth.session.PresentedToken;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Notes who is at the door, and leads programs to the {@link Gatekeeper} and people to the {@link SessionGate}. */
@ApplicationScoped
class Door {

    private static final int MAX_USER_AGENT = 256;
    private static final int MAX_PATH = 1024;
    private static final int MAX_METHOD = 20;

    private final Gatekeeper gatekeeper;
    private final SessionGate sessions;
    private final ClientAddress clientAddress;
    private final Refusals refusals;
    private final AccessLog log;

    Door(Gatekeeper gatekeeper, SessionGate sessions, ClientAddress clientAddress, Refusals refusals, AccessLog log) {
        this.gatekeeper = gatekeeper;
        this.sessions = sessions;
        this.clientAddress = clientAddress;
        this.refusals = refusals;
        this.log = log;
    }

    /**
     * Lets the request in, or ends it. Whatever fails on the way ends it too, what is done inside included.
     *
     * @param need what it must have; may be refused itself
     * @param inside what is done for whom is let in
     */
    void lead(RoutingContext routing, Supplier<Need> need, Consumer<Caller> inside) {
        Uni.createFrom()
                .deferred(() -> admit(routing, need.get()))
                .invoke(inside)
                .subscribe()
                .with(admitted -> {}, failure -> refusals.end(failure, routing));
    }

    Uni<Caller> admit(RoutingContext routing, Need need) {
        HttpServerRequest request = routing.request();
        Client client = greet(routing);
        PresentedToken token = token(request);
        return token == null ? gatekeeper.admit(request, client, need) : sessions.admit(routing, client, token, need);
    }

    /** Lets anybody in, but nobody whom a page of another site sent to change something. */
    void welcome(RoutingContext routing) {
        sessions.refuseForeign(routing, greet(routing));
    }

    /** Ends a request for how it came; nobody looks whose the credential is that it shows. */
    void turnAway(ProblemException refusal, RoutingContext routing) {
        Event event = token(routing.request()) == null ? Event.KEY_USE : Event.SESSION_USE;
        log.record(AccessLog.Entry.ofNobody(event, refusal.code().wireName(), greet(routing)));
        refusals.endUnread(refusal, routing);
    }

    /** The session's token by which the request is judged; null if that is its API key, which counts where it carries both. */
    private PresentedToken token(HttpServerRequest request) {
        return request.headers().contains(Gatekeeper.HEADER) ? null : sessions.shown(request);
    }

    private Client greet(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        OriginalRequest original = OriginalRequest.of(routing);
        Client client = new Client(
                clientAddress.of(request),
                shown(request.getHeader(HttpHeaders.USER_AGENT), MAX_USER_AGENT),
                routing.response().headers().get("X-Request-Id"),
                shown(original.method(), MAX_METHOD),
                shown(original.path(), MAX_PATH));
        client.stay(routing);
        return client;
    }

    private static String shown(String text, int length) {
        String clean = Redaction.of(text);
        return clean == null || clean.length() <= length ? clean : clean.substring(0, length);
    }
}
