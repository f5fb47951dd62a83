package ai.plexe.auth.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @Test
    void ipv6IsLimitedByItsSlash64() {
        assertEquals(limitedAs("2001:db8:1:2::1"), limitedAs("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertNotEquals(limitedAs("2001:db8:1:2::1"), limitedAs("2001:db8:1:3::1"));
    }

    @Test
    void ipv4IsLimitedByItselfWhicheverSocketItCameThrough() {
        assertEquals(limitedAs("192.0.2.1"), limitedAs("::ffff:192.0.2.1"));
        assertNotEquals(limitedAs("192.0.2.1"), limitedAs("192.0.2.2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "fe80::1%1", "1.2.3.4:80", "[::1]", "0x7f.1"
            })
    void namesAndFragmentsAreNoAddresses(String text) {
        assertNull(IpAddress.parse(text));
    }

    private static String limitedAs(String address) {
        return IpAddress.parse(address).limitedAs();
    }
}
