package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Where people reach the service over HTTPS, nobody shows it a secret in the clear: a request that came so is refused, and a browser's
 * is led to HTTPS. A proxy that is trusted tells how the original came; what it asks about, as a gateway, is its own affair. Health,
 * metrics, the API's description and the published keys are nobody's secret.
 */
@ApplicationScoped
class Transport {

    private static final String HTTPS = "https";
    private static final ProblemException PLAIN = ProblemException.of(
            ProblemCode.HTTPS_REQUIRED, "This came in the clear. Use HTTPS, and change whatever secret you sent.");
    private static final ProblemException NO_CERTIFICATE = ProblemException.of(
            ProblemCode.CLIENT_CERTIFICATE_REQUIRED,
            "Whoever asks as a gateway shows a certificate that is trusted here.");

    private final Door door;
    private final ClientAddress addresses;
    private final ClientCertificates certificates;
    private final String publicUrl;
    private final boolean refusesPlain;

    Transport(
            Door door,
            ClientAddress addresses,
            ClientCertificates certificates,
            TransportConfig config,
            SessionConfig session) {
        this.door = door;
        this.addresses = addresses;
        this.certificates = certificates;
        this.publicUrl = session.publicUrl().toString().replaceAll("/+$", "");
        this.refusesPlain = HTTPS.equals(session.publicUrl().getScheme())
                && config.plainHttp() == TransportConfig.PlainHttp.REFUSED;
    }

    /**
     * Whether the request goes on; else it is answered.
     *
     * @param asking the gateway as which it is asked; null if nobody asks
     */
    boolean admits(RoutingContext routing, Gateway asking) {
        HttpServerRequest request = routing.request();
        boolean asked = asking != null;
        if (asked && certificates.isMissing(request)) {
            door.turnAway(NO_CERTIFICATE, routing);
        } else if (!refusesPlain || isProtected(request, asked) || isNobodysSecret(routing.normalizedPath())) {
            return true;
        } else if (isOfBrowser(request)) {
            routing.response()
                    .setStatusCode(308)
                    .putHeader(HttpHeaders.LOCATION, publicUrl + request.uri())
                    .end();
        } else {
            door.turnAway(PLAIN, routing);
        }
        return false;
    }

    private boolean isProtected(HttpServerRequest request, boolean asked) {
        if (request.isSSL()) {
            return true;
        }
        return addresses.isOfTrustedProxy(request)
                && (asked || request.headers().getAll("X-Forwarded-Proto").equals(List.of(HTTPS)));
    }

    private static boolean isNobodysSecret(String path) {
        return path.startsWith("/q/") || path.equals("/.well-known/jwks.json");
    }

    /** Somebody who typed the address; what carries a credential is no such request. A
     * session's cookie is none that a browser would send in the clear. */
    private static boolean isOfBrowser(HttpServerRequest request) {
        return request.method() == HttpMethod.GET
                && request.uri().startsWith("/")
                && !request.headers().contains(Gatekeeper.HEADER)
                && !request.headers().contains(HttpHeaders.AUTHORIZATION)
                && String.valueOf(request.getHeader(HttpHeaders.ACCEPT)).contains("text/html");
    }
}
