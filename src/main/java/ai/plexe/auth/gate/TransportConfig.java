package ai.plexe.auth.gate;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** How the service is spoken with. */
@ConfigMapping(prefix = "plexe")
public interface TransportConfig {

    /** Whether requests that come in the clear are answered where people reach the service over HTTPS. */
    enum PlainHttp {
        /** Only to proxies that are trusted and say that the original came over HTTPS, and what is nobody's secret. */
        REFUSED,
        ALLOWED
    }

    @WithDefault("refused")
    PlainHttp plainHttp();

    Tls tls();

    /** HTTPS by the service itself. */
    interface Tls {

        /** Certificates in PEM of those who may ask as gateways. Whoever shows none of theirs is not answered there. */
        Optional<Path> clientCa();
    }
}
