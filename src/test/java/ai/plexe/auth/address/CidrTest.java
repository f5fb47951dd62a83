package ai.plexe.auth.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.200, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 2001:db8::1, true",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
    })
    void aNetworkContainsItsAddressesOnly(String network, String address, boolean contained) {
        assertEquals(contained, Cidr.parse(network).contains(IpAddress.parse(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.1/8",
                "10.0.0.0/8/8",
                "2001:db8::/129",
                "2001:db8::1/32",
                "localhost",
                "10.0.0.256/32",
                "fe80::1%eth0/128",
                "10.0.0.0 /8",
                "١٠.0.0.0/8",
                "10.0.0.0/99999999999"
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.0.0.0/8", "192.0.2.7, 192.0.2.7/32", "2001:DB8:0::/32, 2001:db8::/32", "::1, ::1/128"})
    void aNetworkIsShownInItsUsualForm(String text, String shown) {
        assertEquals(shown, Cidr.parse(text).toString());
    }
}
