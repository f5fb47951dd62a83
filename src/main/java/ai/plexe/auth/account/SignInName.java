package ai.plexe.auth.account;

import java.net.IDN;
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
}
