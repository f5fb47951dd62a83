package ai.plexe.auth.account;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Locale;

/**
 * Refuses what another site's page lets a browser send: it could sign somebody in to an account that is not theirs. A browser
 * says where a request comes from in {@code Sec-Fetch-Site} and in {@code Origin}; a program says neither.
 */
@ApplicationScoped
class CrossSite {

    private static final ProblemException REFUSED =
            ProblemException.of(ProblemCode.CROSS_SITE_REQUEST, "This was sent by a page of another site.");

    private final String publicHost;

    CrossSite(SignInConfig config) {
        this.publicHost = config.publicUrl().map(CrossSite::host).orElse(null);
    }

    /**
     * @param fetchSite the header {@code Sec-Fetch-Site}, null if there is none
     * @param origin the header {@code Origin}, null if there is none
     * @param host the header {@code Host}
     * @throws ProblemException {@code cross_site_request}
     */
    void refuse(String fetchSite, String origin, String host) {
        if ("same-origin".equals(fetchSite)) {
            return;
        }
        if ("cross-site".equals(fetchSite) || origin != null && !isOwn(origin, host)) {
            throw REFUSED;
        }
    }

    /** The scheme is left out: TLS may end at a proxy. */
    private boolean isOwn(String origin, String host) {
        try {
            String from = host(URI.create(origin));
            return from != null && (from.equals(host(URI.create("http://" + host))) || from.equals(publicHost));
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
