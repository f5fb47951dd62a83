package ai.plexe.auth.apikey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.RepeatedTest;
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

    @RepeatedTest(200)
    void aSecretIsReadBackAsItself() {
        ApiKeySecret secret = ApiKeySecret.generate(random);

        ApiKeySecret parsed = ApiKeySecret.parse(secret.reveal());

        assertEquals(secret.digest(), parsed.digest());
    }

    @Test
    void oneChangedCharacterIsNoticed() {
        String key = ApiKeySecret.generate(random).reveal();
        for (int at = 0; at < key.length(); at++) {
            for (char to = '!'; to <= '~'; to++) {
                String changed = key.substring(0, at) + to + key.substring(at + 1);

                assertEquals(changed.equals(key), ApiKeySecret.parse(changed) != null, changed);
            }
        }
    }

    @RepeatedTest(500)
    void anyOtherTextIsRefusedWithoutAFault() {
        String text = random.ints(random.nextInt(100), 0, Character.MAX_CODE_POINT + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

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
