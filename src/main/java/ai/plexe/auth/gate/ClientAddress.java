package ai.plexe.auth.gate;

import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.address.IpAddress;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Where a request comes from. {@code X-Forwarded-For} is read from the right, past the proxies that the operator
 * trusts and no further: what stands left of the first stranger is that stranger's claim.
 */
@ApplicationScoped
class ClientAddress {

    private static final int MAX_HOPS = 32;

    private final List<Cidr> trustedProxies;

    ClientAddress(GateConfig config) {
        this.trustedProxies = config.trustedProxies().orElse(List.of());
    }

    /** The client's address; null if the connection has none, such as a Unix socket. */
    IpAddress of(HttpServerRequest request) {
        IpAddress peer = of(request.connection().remoteAddress());
        if (trustedProxies.isEmpty() || !isTrusted(peer)) {
            return peer;
        }
        return lastUntrusted(String.join(",", request.headers().getAll("X-Forwarded-For")), peer);
    }

    /** Whether a proxy that is trusted sent it. */
    boolean isOfTrustedProxy(HttpServerRequest request) {
        return isTrusted(of(request.connection().remoteAddress()));
    }

    /** Without the zone of a link-local address, which is this host's own name for the link. */
    static IpAddress of(SocketAddress socket) {
        String host = socket == null ? null : socket.hostAddress();
        int zone = host == null ? -1 : host.indexOf('%');
        return IpAddress.parse(zone < 0 ? host : host.substring(0, zone));
    }

    private IpAddress lastUntrusted(String forwardedFor, IpAddress peer) {
        IpAddress nearest = peer;
        int end = forwardedFor.length();
        for (int hop = 0; hop < MAX_HOPS && end > 0; hop++) {
            int comma = forwardedFor.lastIndexOf(',', end - 1);
            IpAddress address = IpAddress.parse(
                    withoutPort(forwardedFor.substring(comma + 1, end).strip()));
            if (address == null) {
                return nearest;
            }
            nearest = address;
            if (!isTrusted(address)) {
                return address;
            }
            end = comma;
        }
        return nearest;
    }

    /** Some balancers write {@code 192.0.2.1:1234} and {@code [2001:db8::1]:1234}. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[") && hop.indexOf(']') > 0) {
            return hop.substring(1, hop.indexOf(']'));
        }
        int colon = hop.indexOf(':');
        return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }

    private boolean isTrusted(IpAddress address) {
        return address != null && trustedProxies.stream().anyMatch(proxy -> proxy.contains(address));
    }
}
