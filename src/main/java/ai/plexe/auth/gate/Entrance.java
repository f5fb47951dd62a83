package ai.plexe.auth.gate;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * What every request passes before anybody looks for its resource, in this order. Each lets it go on or answers it; a gateway's question
 * is answered here in any case. One filter for all, as each one costs every request its way through the router.
 */
@ApplicationScoped
class Entrance {

    private static final int FIRST = 10_000;

    private final EveryAnswer everyAnswer;
    private final Transport transport;
    private final Framing framing;
    private final BodyLimit bodies;
    private final MetricsAccess metrics;
    private final ForwardAuth forwardAuth;
    private final ResourcePaths paths;
    private final AllowedMethods allowedMethods;
    private final Door door;
    private final Dispatcher dispatcher;

    Entrance(
            EveryAnswer everyAnswer,
            Transport transport,
            Framing framing,
            BodyLimit bodies,
            MetricsAccess metrics,
            ForwardAuth forwardAuth,
            ResourcePaths paths,
            AllowedMethods allowedMethods,
            Door door,
            Dispatcher dispatcher) {
        this.everyAnswer = everyAnswer;
        this.transport = transport;
        this.framing = framing;
        this.bodies = bodies;
        this.metrics = metrics;
        this.forwardAuth = forwardAuth;
        this.paths = paths;
        this.allowedMethods = allowedMethods;
        this.door = door;
        this.dispatcher = dispatcher;
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, FIRST);
    }

    private void enter(RoutingContext routing) {
        FlushConsolidation.of(routing.request().connection());
        everyAnswer.mark(routing);
        Gateway asking = Gateway.asking(routing.request().path());
        OriginalRequest original = asking == null ? null : OriginalRequest.askedAbout(routing, asking);
        if (!transport.admits(routing, asking) || !framing.admits(routing) || !bodies.admits(routing)) {
            return;
        }
        if (original != null) {
            forwardAuth.answer(routing, original);
        } else if (metrics.admits(routing)) {
            enterResource(routing);
        }
    }

    /** Who may not go on to a resource is refused here, without the framework's help. */
    private void enterResource(RoutingContext routing) {
        String method = routing.request().method().name();
        ResourcePaths.Known resource = paths.at(routing.normalizedPath(), method);
        PathTemplate.tell(routing, resource.template());
        if (!allowedMethods.admits(routing, resource)) {
            return;
        }
        Need need = resource.methods().get(method);
        if (resource.methods().isEmpty()) {
            routing.next();
        } else if (need == null) {
            dispatcher.dispatch(routing);
        } else {
            door.lead(routing, () -> need, caller -> {
                new Admission(need, caller).stay(routing);
                dispatcher.dispatch(routing);
            });
        }
    }
}
