package ai.plexe.auth.apikey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ApiKeySecretTest {

    private static final String ZERO = "plx_sk_" + "0".repeat(43);

    private final SecureRandom random = new SecureRandom();

    @Test
    void aNewSecretHasTheFormOfTheContract() {
        String key = ApiKeySecret.generate(random).reveal();

        assertTrue(key.matches("plx_sk_[0-9A-Za-z]{49}"), key);
    }

    @Test
    void twoSecretsDiffer() {
        assertNotEquals(
                ApiKeySecret.generate(random).reveal(),
                ApiKeySecret.generate(random).reveal());
    }

    @Property(tries = 200)
    void aSecretIsReadBackAsItself() {
        ApiKeySecret secret = ApiKeySecret.generate(random);

        ApiKeySecret parsed = ApiKeySecret.parse(secret.reveal());

        assertEquals(secret.digest(), parsed.digest());
    }

    @Property
    void oneChangedCharacterIsNoticed(
            @ForAll @IntRange(min = 0, max = 55) int at, @ForAll @CharRange(from = '!', to = '~') char to) {
        String key = ApiKeySecret.generate(random).reveal();
        String changed = key.substring(0, at) + to + key.substring(at + 1);

        ApiKeySecret parsed = ApiKeySecret.parse(changed);

        assertEquals(changed.equals(key), parsed != null, changed);
    }

    @Property
    void anyOtherTextIsRefusedWithoutAFault(@ForAll String text) {
        assertNull(ApiKeySecret.parse(text));
        assertNull(ApiKeySecret.parse("plx_sk_" + text));
    }

    @Test
    void digitsBeyond256BitsAreNoSecret() {
        String tooLarge = "z".repeat(43);

        assertNull(ApiKeySecret.parse("plx_sk_" + tooLarge + checksum(tooLarge)));
        assertEquals(
                ZERO,
                ApiKeySecret.parse(ZERO + checksum("0".repeat(43))).reveal().substring(0, 50));
    }

    @Test
    void neitherTextNorPreviewGivesItAway() {
        ApiKeySecret secret = ApiKeySecret.generate(random);
        String key = secret.reveal();

        assertEquals(key.substring(0, 11) + "…" + key.substring(52), secret.preview());
        assertFalse(secret.toString().contains(key.substring(11, 52)));
    }

    /** The contract's checksum, written a second time on purpose. */
    private static String checksum(String digits) {
        CRC32 crc = new CRC32();
        crc.update(digits.getBytes(StandardCharsets.US_ASCII));
        StringBuilder text = new StringBuilder();
        long rest = crc.getValue();
        for (int i = 0; i < 6; i++) {
            text.insert(0, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".charAt((int) (rest % 62)));
            rest /= 62;
        }
        return text.toString();
    }
}
