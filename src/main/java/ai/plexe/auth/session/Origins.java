package ai.plexe.auth.session;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Locale;

/**
 * Whose page had a browser send a request: it says so in {@code Sec-Fetch-Site} (W3C Fetch Metadata) and, older ones, in
 * {@code Origin}. A program says neither.
 */
@ApplicationScoped
public class Origins {

    private static final String FETCH_SITE = "Sec-Fetch-Site";

    private final String publicHost;

    Origins(SessionConfig config) {
        this.publicHost = host(config.publicUrl());
    }

    /** Whether the request is known to come from a page of this service, or from the browser's user. */
    public boolean isOwn(HttpServerRequest request) {
        String fetchSite = request.getHeader(FETCH_SITE);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return fetchSite != null
                ? fetchSite.equals("same-origin") || fetchSite.equals("none")
                : origin != null && isOwn(origin, request.authority());
    }

    /** Whether it is known to come from a page of another site. */
    public boolean isForeign(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return (headers.contains(FETCH_SITE) || headers.contains(HttpHeaders.ORIGIN)) && !isOwn(request);
    }

    /** The scheme is left out: TLS may end at a proxy. */
    private boolean isOwn(String origin, HostAndPort asked) {
        try {
            String from = host(URI.create(origin));
            return from != null
                    && (from.equals(publicHost) || asked != null && from.equals(host(URI.create("http://" + asked))));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Host and port, without one that goes without saying; null if there is no host. */
    private static String host(URI uri) {
        if (uri.getHost() == null) {
            return null;
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        return port < 0 || port == 80 || port == 443 ? host : host + ":" + port;
    }
}
