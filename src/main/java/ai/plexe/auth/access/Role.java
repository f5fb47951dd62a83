package ai.plexe.auth.access;

import java.util.Locale;

/** What a person is in an account, and so which level their session has. */
public enum Role {
    OWNER(PermissionLevel.ADMIN),
    ADMIN(PermissionLevel.ADMIN),
    MEMBER(PermissionLevel.READ_WRITE),
    VIEWER(PermissionLevel.READ_ONLY);

    private final PermissionLevel level;

    Role(PermissionLevel level) {
        this.level = level;
    }

    public PermissionLevel level() {
        return level;
    }

    /** The name in JSON, in the database and in tokens. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Role of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
