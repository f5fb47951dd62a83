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

    private static final String UNKNOWN = "unknown";

    private PathTemplate() {}

    /** What to call it before anybody looks what it is: with a slash too many it would be taken for a template, and its own label. */
    static void begin(RoutingContext routing) {
        String path = routing.request().path();
        if (path != null && path.length() > 1 && (path.startsWith("//") || path.endsWith("/"))) {
            tell(routing, UNKNOWN);
        }
    }

    /** @param template null if none is known */
    static void tell(RoutingContext routing, String template) {
        if (template != null) {
            ((HttpServerRequestInternal) routing.request()).context().putLocal(NAME, template);
        }
    }
}
