package ai.plexe.auth.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.plexe.auth.address.IpAddress;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ClientAddressTest {

    @Test
    void aLinkLocalPeerIsKnownByItsAddressWithoutTheZone() throws Exception {
        byte[] linkLocal = IpAddress.parse("fe80::1").toBytes();
        InetSocketAddress peer = new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 2), 1234);

        assertEquals(IpAddress.parse("fe80::1"), ClientAddress.of(SocketAddress.inetSocketAddress(peer)));
    }

    @Test
    void aUnixSocketHasNoAddress() {
        assertNull(ClientAddress.of(SocketAddress.domainSocketAddress("/run/plexe.sock")));
    }
}
