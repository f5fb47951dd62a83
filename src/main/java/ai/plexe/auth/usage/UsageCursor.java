package ai.plexe.auth.usage;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** Where a page of usage ended. */
record UsageCursor(Instant start, String keyId, String outcome) {

    static UsageCursor of(Usage last) {
        return new UsageCursor(last.start(), last.keyId(), last.outcome());
    }

    /** Wrapped, so that nobody builds on its form. */
    String toText() {
        byte[] text = String.join(" ", start.toString(), keyId, outcome).getBytes(StandardCharsets.US_ASCII);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws ProblemException {@code validation_failed} if it did not
     */
    static UsageCursor parse(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(" ", -1);
            if (parts.length == 3 && TimeOrderedId.isWellFormed("key", parts[1]) && parts[2].matches("[a-z_]{1,64}")) {
                return new UsageCursor(Instant.parse(parts[0]), parts[1], parts[2]);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // Told below, like any other text that is none of ours.
        }
        throw ProblemException.invalid("cursor", "must be a next_cursor of this list");
    }
}
