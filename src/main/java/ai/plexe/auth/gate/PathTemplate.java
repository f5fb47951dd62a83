package ai.plexe.auth.gate;

import io.vertx.core.Context;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Tells metrics and traces what to call the path of a request, as the framework does for one that reaches its resource. Without it,
 * whatever clients write into a path would become a label.
 */
final class PathTemplate {

    /** Under which Quarkus's own Micrometer and OpenTelemetry look for it. */
    private static final String NAME = "UrlPathTemplate";

    private static final String UNKNOWN = "unknown";

    private PathTemplate() {}

    /** What to call it until somebody knows: with a slash too many it would be taken for a template, and be a label of its own. */
    static void begin(RoutingContext routing) {
        String path = routing.request().path();
        boolean misleads = path != null && path.length() > 1 && (path.startsWith("//") || path.endsWith("/"));
        if (misleads && context(routing).getLocal(NAME) == null) {
            tell(routing, UNKNOWN);
        }
    }

    /** @param template null if none is known */
    static void tell(RoutingContext routing, String template) {
        if (template != null) {
            context(routing).putLocal(NAME, template);
        }
    }

    private static Context context(RoutingContext routing) {
        return ((HttpServerRequestInternal) routing.request()).context();
    }
}
