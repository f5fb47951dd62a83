package ai.plexe.auth.problem;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Takes API keys and signed tokens out of what clients say of their requests, where somebody may have put one by mistake: it
 * is kept in logs, told in mails and repeated in errors. Any thread.
 */
public final class Redaction {

    private static final Pattern SECRET =
            Pattern.compile("(?i:plx_sk_)[0-9A-Za-z]*|eyJ[-0-9A-Za-z_]{10,}(?:\\.[-0-9A-Za-z_]*){0,4}");

    private static final String MASK = "***";

    private Redaction() {}

    /** The text, with asterisks in place of secrets; a text in which percent-encoding hides one is decoded. */
    public static String of(String text) {
        if (text == null || text.indexOf('_') < 0 && text.indexOf('%') < 0 && !text.contains("eyJ")) {
            return text;
        }
        String decoded = decoded(text);
        return SECRET.matcher(SECRET.matcher(decoded).find() ? decoded : text).replaceAll(MASK);
    }

    /** Whether the text holds a secret. */
    public static boolean isNeeded(String text) {
        return !text.equals(of(text));
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
