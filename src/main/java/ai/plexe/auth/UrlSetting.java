package ai.plexe.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * What settings that are URLs with a password have in common.
 *
 * @param names of the setting, as messages tell it
 * @param form of a right one, as messages tell it
 */
record UrlSetting(String names, String form) {

    /**
     * @throws IllegalArgumentException with one sentence that names the setting and repeats nothing of the text
     */
    URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // Its message repeats the text, and with it the password.
            throw malformed(
                    "is not a valid URL; characters such as @ : / # % in user or password are written as %40 %3A"
                            + " %2F %23 %25");
        }
    }

    IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException(names + " " + what + ": " + form);
    }

    static String decoded(String text) {
        // A plus is a plus: only forms write a space so.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** A configuration value in which a dollar sign begins no expression. */
    static String literally(String value) {
        return value.replace("$", "\\$");
    }
}
