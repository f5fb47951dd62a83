package ai.plexe.auth.usage;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What counts are told by; in UTC. */
enum Interval {
    HOUR,
    DAY,
    MONTH;

    /** The name in JSON, and what PostgreSQL's {@code date_trunc} calls it. */
    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The interval of this name; null if there is none. */
    static Interval of(String wireName) {
        for (Interval interval : values()) {
            if (interval.wireName().equals(wireName)) {
                return interval;
            }
        }
        return null;
    }
}
