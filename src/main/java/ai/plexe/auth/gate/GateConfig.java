package ai.plexe.auth.gate;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** What stands in front of the service. */
@ConfigMapping(prefix = "plexe")
public interface GateConfig {

    /** Addresses and networks of the proxies whose {@code X-Forwarded-For} is believed. None by default. */
    Optional<List<String>> trustedProxies();
}
