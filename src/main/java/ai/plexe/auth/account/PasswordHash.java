package ai.plexe.auth.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password's Argon2id hash (RFC 9106), written as a PHC string. Passwords are normalised to NFKC, so that one which is
 * typed on another keyboard is the same. To make or to match one takes tens of milliseconds: never on an event loop.
 */
final class PasswordHash {

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** Salts of 8 to 64 bytes, hashes of 16 to 64. */
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([1-9]\\d{0,6}),t=([1-9]\\d{0,2}),p=([1-9])"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    /**
     * What a hash costs whoever computes it.
     *
     * @param memoryKib at most 256 MiB, as each hash under way takes that much
     * @param passes over the memory, at most 16
     * @param lanes that could be computed in parallel, at most 4
     */
    record Cost(int memoryKib, int passes, int lanes) {

        static final int MOST_MEMORY_KIB = 256 * 1024;
        static final int MOST_PASSES = 16;
        static final int LEAST_MEMORY_KIB = 8;
        private static final int MOST_LANES = 4;

        Cost {
            if (lanes < 1
                    || lanes > MOST_LANES
                    || passes < 1
                    || passes > MOST_PASSES
                    || memoryKib < LEAST_MEMORY_KIB * lanes
                    || memoryKib > MOST_MEMORY_KIB) {
                throw new IllegalArgumentException(
                        "no cost of a password hash: m=%d,t=%d,p=%d".formatted(memoryKib, passes, lanes));
            }
        }

        /** KiB that are filled, in all passes: what the time is in proportion to. */
        long work() {
            return (long) memoryKib * passes;
        }

        boolean isBelow(Cost other) {
            return memoryKib < other.memoryKib || passes < other.passes;
        }
    }

    private PasswordHash(Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(String password, Cost cost, SecureRandom random) {
        byte[] salt = bytes(SALT_BYTES, random);
        return new PasswordHash(cost, salt, argon2id(password, cost, salt, HASH_BYTES));
    }

    /** One that costs as much to match as any other, and that no password matches. */
    static PasswordHash ofNobody(Cost cost, SecureRandom random) {
        return new PasswordHash(cost, bytes(SALT_BYTES, random), bytes(HASH_BYTES, random));
    }

    /**
     * Reads a PHC string.
     *
     * @throws IllegalArgumentException if it is none of Argon2id, or one of a cost that nobody would have chosen; never
     *     with the string
     */
    static PasswordHash parse(String phc) {
        Matcher form = PHC.matcher(phc);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a PHC string of Argon2id");
        }
        Cost cost = new Cost(
                Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)));
        Base64.Decoder base64 = Base64.getDecoder();
        return new PasswordHash(cost, base64.decode(form.group(4)), base64.decode(form.group(5)));
    }

    Cost cost() {
        return cost;
    }

    /** Whether this is the password; takes as long if it is not. */
    boolean matches(String password) {
        return MessageDigest.isEqual(hash, argon2id(password, cost, salt, hash.length));
    }

    String toPhc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        Argon2Parameters.ARGON2_VERSION_13,
                        cost.memoryKib(),
                        cost.passes(),
                        cost.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    private static byte[] argon2id(String password, Cost cost, byte[] salt, int length) {
        byte[] text = Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
        try {
            Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
            argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(cost.memoryKib())
                    .withIterations(cost.passes())
                    .withParallelism(cost.lanes())
                    .withSalt(salt)
                    .build());
            byte[] hash = new byte[length];
            argon2.generateBytes(text, hash);
            return hash;
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static byte[] bytes(int count, SecureRandom random) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
