package ai.plexe.auth.gate;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The request that is to be judged: the one that came or, where a gateway asks, the one that it asks about.
 *
 * @param gateway who asks; null if nobody does
 * @param methods all that are claimed, of which the strictest counts; the last is the most trustworthy
 * @param target with or without a query, maybe a whole URL (RFC 9112, 3.2.2)
 */
record OriginalRequest(Gateway gateway, List<String> methods, String target) {

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    /** What the request is about. */
    static OriginalRequest of(RoutingContext routing) {
        return routing.get(OriginalRequest.class.getName()) instanceof OriginalRequest original
                ? original
                : new OriginalRequest(
                        null,
                        List.of(routing.request().method().name()),
                        routing.request().path());
    }

    /** Whether a gateway asks, so that the body is not read and the headers are another request's. */
    static boolean isAskedFor(RoutingContext routing) {
        return routing.get(OriginalRequest.class.getName()) != null;
    }

    /** Notes what a gateway asks about. */
    static OriginalRequest askedAbout(RoutingContext routing, Gateway gateway) {
        HttpServerRequest request = routing.request();
        List<String> methods = Stream.concat(Stream.of(request.method().name()), gateway.methods(request).stream())
                .toList();
        String target = gateway.target(request);
        OriginalRequest original = new OriginalRequest(gateway, methods, target == null ? request.path() : target);
        routing.put(OriginalRequest.class.getName(), original);
        return original;
    }

    /** As the access log tells it. */
    String method() {
        return methods.get(methods.size() - 1);
    }

    /** Whether it only reads, as far as all that is claimed goes. nginx asks with GET always, so it must tell. */
    boolean isReading() {
        return READS.containsAll(methods) && (gateway != Gateway.NGINX || methods.size() > 1);
    }

    /** The target's query; null if it has none. */
    String query() {
        int query = target.indexOf('?');
        return query < 0 ? null : target.substring(query + 1);
    }

    /** The target's path. */
    String path() {
        int query = target.indexOf('?');
        String whole = query < 0 ? target : target.substring(0, query);
        int scheme = whole.startsWith("/") ? -1 : whole.indexOf("://");
        if (scheme < 0) {
            return whole;
        }
        int path = whole.indexOf('/', scheme + 3);
        return path < 0 ? "/" : whole.substring(path);
    }
}
