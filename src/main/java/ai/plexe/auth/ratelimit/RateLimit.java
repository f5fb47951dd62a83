package ai.plexe.auth.ratelimit;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * How much a caller may do: so many requests within a sliding window.
 *
 * @param requests at least 1
 * @param window whole seconds, at least one, at most a year
 */
public record RateLimit(long requests, Duration window) {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})/([1-9][0-9]{0,4})?([smhd])");
    private static final Duration LONGEST = Duration.ofDays(366);

    /**
     * Reads a setting such as {@code 1000/1m}, {@code 10/s} or {@code 50000/24h}.
     *
     * @throws IllegalArgumentException with what would be right
     */
    public static RateLimit parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("a rate limit is written as requests/window, such as 1000/1m");
        }
        long amount = form.group(2) == null ? 1 : Long.parseLong(form.group(2));
        Duration window = switch (form.group(3)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
        if (window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the window of a rate limit may be a year at most");
        }
        return new RateLimit(Long.parseLong(form.group(1)), window);
    }

    /** Reads settings, so that a malformed one stops the start. */
    public static final class Setting implements Converter<RateLimit> {

        private static final long serialVersionUID = 1;

        @Override
        public RateLimit convert(String text) {
            return parse(text);
        }
    }
}
