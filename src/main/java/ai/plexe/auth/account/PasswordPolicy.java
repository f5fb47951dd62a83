package ai.plexe.auth.account;

import ai.plexe.auth.problem.ProblemException;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a password must be, after NIST SP 800-63B: long, not among the commonest leaked ones, and not made of what anybody
 * would try first; which characters it is made of is nobody's business. Lengths are counted in code points, after
 * normalisation to NFKC. Never waits.
 */
@Startup
@ApplicationScoped
public class PasswordPolicy {

    private static final int SHORTEST = 12;
    private static final int LONGEST = 256;

    /** Decomposed, a code point has four parts at most. What is longer is not normalised, which can take its square. */
    private static final int LONGEST_RAW = 4 * LONGEST;

    private static final String LIST = "dictionaries/passwords.txt";

    /** Of the 100,000 commonest, from the library nbvcxz, those that are long enough. Read at start, and part of the native image. */
    private static final Set<String> LEAKED = leaked();

    private static final String SERVICE = "plexe";
    private static final int SHORTEST_NAME = 3;

    /**
     * Refuses what is not good enough for a new password.
     *
     * @param field what the member is called that it stands in
     * @param email the person's address; null if there is none yet
     * @throws ProblemException {@code validation_failed}, which says what to do
     */
    void check(String field, String password, String email) {
        String objection = objection(password, email);
        if (objection != null) {
            throw ProblemException.invalid(field, objection);
        }
    }

    /**
     * What is wrong with a new password, to be read after its name; null if nothing is.
     *
     * @param email the person's address; null if there is none yet
     */
    public String objection(String password, String email) {
        if (password == null) {
            return "is required";
        }
        if (isTooLong(password)) {
            return "may have " + LONGEST + " characters at most";
        }
        String normalised = normalised(password);
        if (normalised.codePointCount(0, normalised.length()) < SHORTEST) {
            return "needs at least " + SHORTEST + " characters; a few words in a row will do";
        }
        if (normalised.codePoints().anyMatch(PasswordPolicy::isUnreadable)) {
            return "must not contain control characters";
        }
        String lower = normalised.toLowerCase(Locale.ROOT);
        if (LEAKED.contains(lower)) {
            return "is one of the commonest leaked passwords; choose one that nobody else has";
        }
        if (isMostly(SERVICE, lower) || email != null && isMostlyAddress(email.toLowerCase(Locale.ROOT), lower)) {
            return "is little more than your address or the name of this service; choose one that nobody can guess";
        }
        return null;
    }

    /** Whether no password can be that long, so that it is not worth a hash. */
    static boolean isTooLong(String password) {
        if (password.length() > LONGEST_RAW) {
            return true;
        }
        String normalised = normalised(password);
        return normalised.codePointCount(0, normalised.length()) > LONGEST;
    }

    private static String normalised(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private static boolean isUnreadable(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }

    private static boolean isMostlyAddress(String email, String password) {
        int at = email.lastIndexOf('@');
        return isMostly(email, password) || at >= SHORTEST_NAME && isMostly(email.substring(0, at), password);
    }

    private static boolean isMostly(String name, String password) {
        return 2 * password.replace(name, "").length() < password.length();
    }

    private static Set<String> leaked() {
        try (InputStream in = PasswordPolicy.class.getClassLoader().getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IllegalStateException(LIST + " is not on the class path");
            }
            Stream<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines();
            return lines.filter(password -> password.length() >= SHORTEST)
                    .map(password -> password.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
