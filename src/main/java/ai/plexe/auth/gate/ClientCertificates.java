package ai.plexe.auth.gate;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemTrustOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The certificates of gateways, where the operator names who signs them: they are asked for in the handshake, and required only where
 * gateways ask, for people's browsers have none.
 */
@ApplicationScoped
class ClientCertificates implements HttpServerOptionsCustomizer {

    private final Path authority;

    ClientCertificates(TransportConfig config) {
        this.authority = config.tls().clientCa().orElse(null);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (authority != null) {
            options.setClientAuth(ClientAuth.REQUEST)
                    .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
        }
    }

    /** Whether the gateway that asks lacks what it must have. */
    boolean isMissing(HttpServerRequest request) {
        return authority != null && !isShown(request);
    }

    /** One that nobody trusted has signed does not get through the handshake. */
    private static boolean isShown(HttpServerRequest request) {
        try {
            return request.isSSL() && request.sslSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }
}
