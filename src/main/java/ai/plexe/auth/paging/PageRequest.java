package ai.plexe.auth.paging;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which part of a list a caller asks for. Lists are in the order of their ids, so a page begins after an id, and a
 * cursor is that id, wrapped so that nobody builds on its form.
 *
 * @param after the id to go on after; empty for the beginning
 * @param limit how many at most
 */
public record PageRequest(String after, int limit) {

    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 200;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

    /**
     * A page of a list.
     *
     * @param nextCursor null at the end
     */
    public record Slice<T>(List<T> items, String nextCursor) {}

    /**
     * Reads the parameters {@code limit} and {@code cursor}; none or an empty one is the default.
     *
     * @param kind the kind of ids in the list
     * @throws ProblemException {@code validation_failed} if one of them is wrong
     */
    public static PageRequest of(String limit, String cursor, String kind) {
        return new PageRequest(after(cursor, kind), limit(limit));
    }

    /** Whether this is the page that a caller gets who asks for none. */
    public boolean isDefault() {
        return after.isEmpty() && limit == DEFAULT_LIMIT;
    }

    /** One more than the page holds, to see whether it is the last. */
    public int fetched() {
        return limit + 1;
    }

    /** The page out of what was fetched. */
    public <T> Slice<T> slice(List<T> fetched, Function<T, String> id) {
        if (fetched.size() <= limit) {
            return new Slice<>(fetched, null);
        }
        List<T> items = fetched.subList(0, limit);
        byte[] last = id.apply(items.get(limit - 1)).getBytes(StandardCharsets.US_ASCII);
        return new Slice<>(items, Base64.getUrlEncoder().withoutPadding().encodeToString(last));
    }

    /**
     * Reads the parameter {@code limit} alone; none or an empty one is the default.
     *
     * @throws ProblemException {@code validation_failed} if it is wrong
     */
    public static int limit(String limit) {
        if (limit == null || limit.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        int number = NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MAX_LIMIT) {
            throw ProblemException.invalid("limit", "must be a whole number from 1 to " + MAX_LIMIT);
        }
        return number;
    }

    private static String after(String cursor, String kind) {
        if (cursor == null || cursor.isEmpty()) {
            return "";
        }
        String id = decode(cursor);
        if (!TimeOrderedId.isWellFormed(kind, id)) {
            throw ProblemException.invalid("cursor", "must be a next_cursor of this list");
        }
        return id;
    }

    private static String decode(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
