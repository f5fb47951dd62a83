package ai.plexe.auth.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a caller may do. Each level includes the ones before it, in the order of declaration. */
public enum PermissionLevel {
    /** Reads the platform's resources. */
    READ_ONLY("read_only"),
    /** Changes them, and manages the account's API keys up to its own level. */
    READ_WRITE("read_write"),
    /** Everything in the account. */
    ADMIN("admin");

    private final String wireName;

    PermissionLevel(String wireName) {
        this.wireName = wireName;
    }

    /** Whether this level is at least {@code needed}. */
    public boolean covers(PermissionLevel needed) {
        return compareTo(needed) >= 0;
    }

    /** The name in JSON, in the database and in headers. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /**
     * @throws IllegalArgumentException with the names that would have been right
     */
    @JsonCreator
    public static PermissionLevel of(String wireName) {
        for (PermissionLevel level : values()) {
            if (level.wireName.equals(wireName)) {
                return level;
            }
        }
        throw new IllegalArgumentException("must be one of "
                + Arrays.stream(values()).map(PermissionLevel::wireName).collect(Collectors.joining(", ")));
    }
}
