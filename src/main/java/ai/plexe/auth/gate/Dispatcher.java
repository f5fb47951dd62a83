package ai.plexe.auth.gate;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.handlers.RestInitialHandler;

/**
 * Takes a request to its resource by the shortest way. On the router's, seven handlers come before Quarkus REST that have nothing to
 * say about it, as who may pass has been judged: Quarkus's own authentication and authorization, OpenID Connect's addresses, files. They
 * were a sixteenth of what a small answer costs. Event loops only.
 */
@Singleton
class Dispatcher {

    private final RestInitialHandler rest = new RestInitialHandler(ResteasyReactiveRecorder.getCurrentDeployment());

    void dispatch(RoutingContext routing) {
        rest.beginProcessing(routing);
    }
}
