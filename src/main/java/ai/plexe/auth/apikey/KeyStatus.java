package ai.plexe.auth.apikey;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a key is in its life. Revocation outlasts expiry. */
public enum KeyStatus {
    ACTIVE,
    EXPIRED,
    REVOKED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
