package ai.plexe.auth.account;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** What people sign in with: their e-mail address, in the one form under which it is looked up and counted. */
final class SignInName {

    /** Longer than any address; what is longer is not worth a look, which for a host name takes the square of its length. */
    private static final int LONGEST = 320;

    private SignInName() {}

    /**
     * Without spaces around it, in lower case, its host name in ASCII. What can't be one is left as it is, for {@link
     * ai.plexe.auth.validation.EmailAddress} to refuse.
     */
    static String of(String text) {
        if (text == null || text.length() > LONGEST) {
            return text;
        }
        String address = text.strip();
        int at = address.lastIndexOf('@');
        return (at < 0 ? address : address.substring(0, at + 1) + ascii(address.substring(at + 1)))
                .toLowerCase(Locale.ROOT);
    }

    private static String ascii(String host) {
        try {
            return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES);
        } catch (IllegalArgumentException e) {
            return host;
        }
    }

    /** What counters know of it, in 43 characters of base64url: Redis need not know addresses. */
    static String digest(String email) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(of(email).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
