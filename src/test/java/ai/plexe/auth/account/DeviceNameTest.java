package ai.plexe.auth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A mail names a device, and repeats nothing that a stranger wrote. */
class DeviceNameTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 | Firefox on Linux",
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
                        + " | Chrome on Windows",
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
                        + " | Edge on Windows",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1 | Safari on iPhone",
                "curl/8.5.0 | curl",
                "curl/8 http://evil.example | curl",
                "python-requests/2.31 | python-requests",
                "http://evil.example | an unknown program",
                "evil.example | an unknown program",
                "Call 555-0100 | an unknown program",
                "Firefox/1 at http://evil.example | Firefox",
                "<b>x</b> | an unknown program",
            })
    void onlyKnownWordsAndTheNameOfAProgramAreRepeated(String userAgent, String name) {
        assertEquals(name, DeviceName.of(userAgent));
    }

    @Test
    void aClientThatDoesNotSayIsUnknown() {
        assertEquals("an unknown program", DeviceName.of(null));
    }
}
