package ai.plexe.auth.gate;

import ai.plexe.auth.address.Cidr;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.Converter;

/** What stands in front of the service. */
@ConfigMapping(prefix = "plexe")
public interface GateConfig {

    /** Addresses and networks of the proxies whose {@code X-Forwarded-For} is believed. None by default. */
    Optional<List<@WithConverter(NetworkSetting.class) Cidr>> trustedProxies();

    /** Reads a network, so that a malformed one stops the start. */
    final class NetworkSetting implements Converter<Cidr> {

        private static final long serialVersionUID = 1;

        @Override
        public Cidr convert(String text) {
            return Cidr.parse(text);
        }
    }
}
