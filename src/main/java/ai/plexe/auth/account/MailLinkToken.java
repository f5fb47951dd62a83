package ai.plexe.auth.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** The secret of a mailed link: 256 random bits in unpadded base64url. Only its digest is kept. */
final class MailLinkToken {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int BYTES = 32;

    private final String text;

    private MailLinkToken(String text) {
        this.text = text;
    }

    static MailLinkToken generate(SecureRandom random) {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        return new MailLinkToken(base64url(bits));
    }

    /**
     * Reads a token as it was shown.
     *
     * @return null if it can't be one
     */
    static MailLinkToken parse(String shown) {
        return FORM.matcher(shown).matches() ? new MailLinkToken(shown) : null;
    }

    /** The token itself, for the one mail that carries it. */
    String reveal() {
        return text;
    }

    /** SHA-256, in unpadded base64url. */
    String digest() {
        try {
            return base64url(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "MailLinkToken";
    }
}
