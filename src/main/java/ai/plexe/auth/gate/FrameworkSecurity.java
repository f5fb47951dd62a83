package ai.plexe.auth.gate;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Quarkus's own security judges nobody at the door, so nothing of it fails there. What it keeps ready to answer a failure makes Quarkus
 * REST look up the template of each request's path a second time, in a map that is made for it: an eighth of what a small answer costs.
 * So that is put away again. A request that matches a method gets its template for metrics and traces all the same; one that does not,
 * such as a 415, has none.
 */
@ApplicationScoped
class FrameworkSecurity {

    /** That of Quarkus's authentication, which comes first among equals; Quarkus REST follows right after it. */
    private static final int RIGHT_AFTER_AUTHENTICATION = 200;

    void register(@Observes Filters filters) {
        filters.register(FrameworkSecurity::forgetFailureHandler, RIGHT_AFTER_AUTHENTICATION);
    }

    private static void forgetFailureHandler(RoutingContext routing) {
        routing.remove(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
        routing.next();
    }
}
