package ai.plexe.auth.apikey;

import io.netty.util.concurrent.FastThreadLocal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * The secret of an API key: {@code plx_sk_}, 256 random bits as 43 base62 digits, and their CRC-32 as 6 more, by
 * which a typo is told from an unknown key without asking anybody. Immutable; shows itself only through
 * {@link #reveal}.
 */
public final class ApiKeySecret {

    private static final String PREFIX = "plx_sk_";
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());
    private static final int BITS = 256;
    private static final int RANDOM_DIGITS = 43;
    private static final int CHECKSUM_DIGITS = 6;
    private static final int CHECKSUM_AT = PREFIX.length() + RANDOM_DIGITS;
    private static final int LENGTH = CHECKSUM_AT + CHECKSUM_DIGITS;
    private static final int SHOWN = 4;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    /** The alphabet is in ASCII order, so digits of one length compare as the numbers they stand for. */
    private static final String HIGHEST = digits(BigInteger.ONE.shiftLeft(BITS).subtract(BigInteger.ONE));

    /** To get one anew for each request costs more than the digest. */
    private static final FastThreadLocal<MessageDigest> SHA_256 = new FastThreadLocal<>() {
        @Override
        protected MessageDigest initialValue() throws NoSuchAlgorithmException {
            return MessageDigest.getInstance("SHA-256");
        }
    };

    private final String text;

    private ApiKeySecret(String text) {
        this.text = text;
    }

    /** A new secret. Waits only if the generator does, which the JDK's default one doesn't. */
    public static ApiKeySecret generate(SecureRandom random) {
        String digits = digits(new BigInteger(BITS, random));
        return new ApiKeySecret(PREFIX + digits + checksum(digits));
    }

    /**
     * Reads a secret, with no I/O.
     *
     * @return the secret, or null if the text can't be one: wrong length, prefix, alphabet or checksum
     */
    public static ApiKeySecret parse(String text) {
        if (text == null || text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return null;
        }
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            if (!isDigit(text.charAt(i))) {
                return null;
            }
        }
        return isPossible(text) && hasItsChecksum(text) ? new ApiKeySecret(text) : null;
    }

    /** Whether the text holds the part of a well-formed secret that follows its prefix. */
    public static boolean isWithoutPrefixIn(String text) {
        int length = LENGTH - PREFIX.length();
        for (int i = 0; i + length <= text.length(); i++) {
            if (parse(PREFIX + text.substring(i, i + length)) != null) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPossible(String text) {
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            int difference = text.charAt(PREFIX.length() + i) - HIGHEST.charAt(i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return true;
    }

    private static boolean hasItsChecksum(String text) {
        long rest = checksum(text, PREFIX.length());
        for (int i = LENGTH - 1; i >= CHECKSUM_AT; i--) {
            if (text.charAt(i) != ALPHABET.charAt((int) (rest % ALPHABET.length()))) {
                return false;
            }
            rest /= ALPHABET.length();
        }
        return true;
    }

    /** The secret itself: for the one answer that shows it. */
    public String reveal() {
        return text;
    }

    /** What may be shown for ever after: enough to recognise the key by, too little to guess it. */
    public String preview() {
        return text.substring(0, PREFIX.length() + SHOWN) + '…' + text.substring(LENGTH - SHOWN);
    }

    /** SHA-256 of the ASCII text, in unpadded base64url: what is stored, and what look-ups go by. */
    public String digest() {
        return BASE64URL.encodeToString(SHA_256.get().digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public String toString() {
        return preview();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private static String checksum(String digits) {
        char[] text = new char[CHECKSUM_DIGITS];
        long rest = checksum(digits, 0);
        for (int i = CHECKSUM_DIGITS - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(text);
    }

    private static long checksum(String text, int digitsAt) {
        CRC32 crc = new CRC32();
        for (int i = digitsAt; i < digitsAt + RANDOM_DIGITS; i++) {
            crc.update(text.charAt(i));
        }
        return crc.getValue();
    }

    private static String digits(BigInteger number) {
        char[] text = new char[RANDOM_DIGITS];
        for (int i = RANDOM_DIGITS - 1; i >= 0; i--) {
            BigInteger[] parts = number.divideAndRemainder(BASE);
            text[i] = ALPHABET.charAt(parts[1].intValue());
            number = parts[0];
        }
        return new String(text);
    }
}
