package ai.plexe.auth.gate;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.handlers.RestInitialHandler;

/**
 * Takes a request to its resource by the shortest way. On the router's, seven handlers come before Quarkus REST that have nothing to
 * say about it, as who may pass has been judged: Quarkus's own authentication and authorization, OpenID Connect's addresses, files. They
 * were a sixteenth of what a small answer costs. Whoever has set one of Quarkus's settings that they obey gets the router's way. Event
 * loops only.
 */
@Singleton
class Dispatcher {

    private final RestInitialHandler rest = new RestInitialHandler(ResteasyReactiveRecorder.getCurrentDeployment());

    private final boolean byTheRouter;

    Dispatcher(VertxHttpConfig config) {
        byTheRouter = !config.auth().permissions().isEmpty()
                || config.cors().enabled()
                || !config.filter().isEmpty();
    }

    void dispatch(RoutingContext routing) {
        if (byTheRouter) {
            routing.next();
        } else {
            rest.beginProcessing(routing);
        }
    }
}
