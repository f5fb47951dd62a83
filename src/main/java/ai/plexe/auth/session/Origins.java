package ai.plexe.auth.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Locale;

/**
 * Whose page had a browser send a request: it says so in {@code Sec-Fetch-Site} (W3C Fetch Metadata) and, older ones, in
 * {@code Origin}. A program says neither.
 */
@ApplicationScoped
public class Origins {

    private final String publicHost;

    Origins(SessionConfig config) {
        this.publicHost = host(config.publicUrl());
    }

    /**
     * Whether it is known to come from a page of this service, or from the browser's user.
     *
     * @param fetchSite the header {@code Sec-Fetch-Site}, null if there is none
     * @param origin the header {@code Origin}, null if there is none
     * @param host the header {@code Host}
     */
    public boolean isOwn(String fetchSite, String origin, String host) {
        return fetchSite != null
                ? fetchSite.equals("same-origin") || fetchSite.equals("none")
                : origin != null && isOwn(origin, host);
    }

    /** Whether it is known to come from a page of another site. */
    public boolean isForeign(String fetchSite, String origin, String host) {
        return (fetchSite != null || origin != null) && !isOwn(fetchSite, origin, host);
    }

    /** The scheme is left out: TLS may end at a proxy. */
    private boolean isOwn(String origin, String host) {
        try {
            String from = host(URI.create(origin));
            return from != null && (from.equals(publicHost) || from.equals(host(URI.create("http://" + host))));
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
