package ai.plexe.auth.gate;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The ways in which gateways ask: each tells the request that it asks about in its own. */
enum Gateway {

    /** Traefik's ForwardAuth and Caddy's forward_auth. */
    FORWARDED("/auth/verify"),

    /** nginx's auth_request, for which any status but 2xx, 401 and 403 is a fault of ours. */
    NGINX("/auth/verify/nginx"),

    /** Envoy's ext_authz over HTTP, which sends the method and appends the path and the query of the original. */
    ENVOY("/auth/verify/envoy");

    private final String path;

    Gateway(String path) {
        this.path = path;
    }

    /** Where it asks, without what it appends. */
    String path() {
        return path;
    }

    /**
     * Who asks here.
     *
     * @param requested the path as it came: what a client made Envoy append must not lead anywhere else once it is normalized
     * @return null if it is no gateway's question
     */
    static Gateway asking(String requested) {
        if (!requested.startsWith(FORWARDED.path)) {
            return null;
        }
        if (requested.equals(FORWARDED.path)) {
            return FORWARDED;
        }
        if (requested.equals(NGINX.path)) {
            return NGINX;
        }
        return requested.equals(ENVOY.path) || requested.startsWith(ENVOY.path + "/") ? ENVOY : null;
    }

    /** The methods that it tells; none if it tells none. */
    List<String> methods(HttpServerRequest request) {
        return switch (this) {
            case FORWARDED -> request.headers().getAll("X-Forwarded-Method");
            case NGINX -> request.headers().getAll("X-Original-Method");
            case ENVOY -> List.of();
        };
    }

    /** The target that it tells; null if it tells none. */
    String target(HttpServerRequest request) {
        return switch (this) {
            case FORWARDED -> request.getHeader("X-Forwarded-Uri");
            case NGINX -> request.getHeader("X-Original-URI");
            case ENVOY -> request.uri().substring(path.length());
        };
    }

    /** The levels that the question itself names. What Envoy appends is the client's, who decides nothing by it. */
    List<String> levels(HttpServerRequest request) {
        return this == ENVOY || request.query() == null
                ? List.of()
                : request.params().getAll("level");
    }
}
