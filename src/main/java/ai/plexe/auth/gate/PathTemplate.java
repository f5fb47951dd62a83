package ai.plexe.auth.gate;

import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells metrics and traces what to call the path of a request that reaches no resource, as the framework does for one that does. Without
 * it, whatever clients write into a path would become a label.
 */
final class PathTemplate {

    /** Under which Quarkus's own Micrometer and OpenTelemetry look for it. */
    private static final String NAME = "UrlPathTemplate";

    private PathTemplate() {}

    /** @param template null if none is known */
    static void tell(RoutingContext routing, String template) {
        if (template != null) {
            ((HttpServerRequestInternal) routing.request()).context().putLocal(NAME, template);
        }
    }
}
