package ai.plexe.auth.paging;

import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.Problem.FieldError;
import ai.plexe.auth.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The parameters of a query, each known and given once. An empty one counts as left out, for forms send what was not filled in.
 */
public final class QueryParameters {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2999-12-31T00:00:00Z");

    private final Map<String, List<String>> values;

    private QueryParameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * @param known the names that the query may have
     * @throws ProblemException {@code validation_failed} if one is unknown or given twice
     */
    public static QueryParameters of(Map<String, List<String>> values, List<String> known) {
        List<FieldError> errors = new ArrayList<>();
        for (String name : new TreeSet<>(values.keySet())) {
            if (!known.contains(name)) {
                errors.add(new FieldError(name, "is unknown here; known are " + String.join(", ", known)));
            } else if (values.get(name).size() > 1) {
                errors.add(new FieldError(name, "must be given once"));
            }
        }
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
        return new QueryParameters(values);
    }

    /** The value; null if there is none. */
    public String text(String name) {
        List<String> given = values.get(name);
        return given == null || given.get(0).isEmpty() ? null : given.get(0);
    }

    /**
     * The value as an id of this kind; null if there is none.
     *
     * @throws ProblemException {@code validation_failed} if it is none
     */
    public String id(String name, String kind) {
        String id = text(name);
        if (id != null && !TimeOrderedId.isWellFormed(kind, id)) {
            throw ProblemException.invalid(name, "must be an id, such as " + kind + "_01jd8y2v9rk3d6t0w5m8q4zx7c");
        }
        return id;
    }

    /**
     * The value as an id of whatever kind; null if there is none.
     *
     * @throws ProblemException {@code validation_failed} if it is none
     */
    public String id(String name) {
        String id = text(name);
        if (id != null && !TimeOrderedId.isWellFormed(id)) {
            throw ProblemException.invalid(name, "must be an id, such as key_01jd8y2v9rk3d6t0w5m8q4zx7c");
        }
        return id;
    }

    /**
     * The value as a time; null if there is none.
     *
     * @throws ProblemException {@code validation_failed} if it is none
     */
    public Instant time(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Told below, like a time that nobody means.
        }
        throw ProblemException.invalid(name, "must be a time as in RFC 3339, such as 2026-01-31T00:00:00Z");
    }
}
