package ai.plexe.auth.id;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Prefixed ids that sort by the time of their making, such as {@code key_01jd…}: a UUIDv7 (RFC 9562, with the
 * sub-millisecond fraction of its method 3) in 26 digits of Crockford's base32. An id names a thing and protects
 * nothing, so its random bits need not be unpredictable.
 */
public final class TimeOrderedId {

    private static final String VALUES = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final char[] DIGITS = VALUES.toCharArray();
    private static final int MAX_KIND = 8;
    private static final Pattern KIND = Pattern.compile("[a-z]+");
    private static final Pattern FORM = Pattern.compile("[0-7][0-9a-hjkmnp-tv-z]{25}");

    private TimeOrderedId() {}

    /** A new id of the given kind, such as {@code key}. Any thread. */
    public static String next(String kind, Instant now) {
        long fraction = (now.getNano() % 1_000_000L) * 4096 / 1_000_000;
        long high = now.toEpochMilli() << 16 | 0x7000 | fraction;
        long low = ThreadLocalRandom.current().nextLong() >>> 2 | Long.MIN_VALUE;
        return kind + '_' + encode(high, low);
    }

    /**
     * The id of a thing that was made elsewhere, of whose bits everybody makes the same id (a UUIDv8 in all but the version).
     *
     * @param bits at least ten bytes that tell it from others of its millisecond
     */
    public static String of(String kind, Instant made, ByteBuffer bits) {
        long high = made.toEpochMilli() << 16 | 0x7000 | bits.getShort() & 0x0fff;
        return kind + '_' + encode(high, bits.getLong() >>> 2 | Long.MIN_VALUE);
    }

    /** When the thing of this well-formed id was made, to the millisecond. */
    public static Instant timeOf(String id) {
        long high = 0;
        // The first digit stands for the first three of 128 bits, so ten digits hold 48 bits of time.
        for (int i = id.length() - 26; i < id.length() - 16; i++) {
            high = high << 5 | VALUES.indexOf(id.charAt(i));
        }
        return Instant.ofEpochMilli(high);
    }

    /** Whether the text is an id of this kind, as far as its form tells. */
    public static boolean isWellFormed(String kind, String id) {
        return id.length() == kind.length() + 27
                && id.startsWith(kind)
                && id.charAt(kind.length()) == '_'
                && FORM.matcher(id).region(kind.length() + 1, id.length()).matches();
    }

    /** Whether the text is an id of any kind, as far as its form tells. */
    public static boolean isWellFormed(String id) {
        int end = id.indexOf('_');
        return end > 0
                && end < MAX_KIND
                && KIND.matcher(id).region(0, end).matches()
                && isWellFormed(id.substring(0, end), id);
    }

    private static String encode(long high, long low) {
        char[] text = new char[26];
        for (int i = 25; i >= 0; i--) {
            text[i] = DIGITS[(int) low & 31];
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return new String(text);
    }
}
