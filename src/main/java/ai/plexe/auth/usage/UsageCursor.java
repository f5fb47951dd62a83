package ai.plexe.auth.usage;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Where a page of usage ended.
 *
 * @param keyId empty if keys are not told apart
 * @param outcome empty if outcomes are not
 */
record UsageCursor(Instant start, String keyId, String outcome) {

    private static final Duration LONGEST_INTERVAL = Duration.ofDays(32);
    private static final Pattern OUTCOME = Pattern.compile("[a-z_]{1,64}");

    static UsageCursor of(Usage last) {
        return new UsageCursor(
                last.start(), last.keyId() == null ? "" : last.keyId(), last.outcome() == null ? "" : last.outcome());
    }

    /** Wrapped, so that nobody builds on its form; only the same question can go on with it. */
    String toText(UsageQuery query) {
        String text = String.join(" ", query.interval().wireName(), start.toString(), keyId, outcome);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws ProblemException {@code validation_failed} if it did not, for this query
     */
    static UsageCursor parse(String text, UsageQuery query) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(" ", -1);
            if (parts.length == 4 && parts[0].equals(query.interval().wireName())) {
                UsageCursor cursor = new UsageCursor(Instant.parse(parts[1]), parts[2], parts[3]);
                if (cursor.fits(query)) {
                    return cursor;
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // Told below, like any other text that is none of ours.
        }
        throw ProblemException.invalid("cursor", "must be a next_cursor of this list, with the same parameters");
    }

    private boolean fits(UsageQuery query) {
        return start.isBefore(query.to())
                && start.isAfter(query.from().minus(LONGEST_INTERVAL))
                && (query.byKey() ? TimeOrderedId.isWellFormed("key", keyId) : keyId.isEmpty())
                && (query.byOutcome() ? OUTCOME.matcher(outcome).matches() : outcome.isEmpty());
    }
}
