package ai.plexe.auth.access;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/**
 * Who makes the request, as the gate found out.
 *
 * @param accountId the account on whose behalf the caller acts; every query is scoped to it
 * @param keyId the API key that was shown
 * @param level what the caller may do
 * @param service whether the caller may verify the keys of every account
 */
public record Caller(String accountId, String keyId, PermissionLevel level, boolean service) implements Principal {

    /**
     * The caller of a request that has passed the gate.
     *
     * @throws IllegalStateException if it has not, which is a method without {@link RequiresLevel}
     */
    public static Caller of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("this request has not passed the gate");
    }

    @Override
    public String getName() {
        return keyId;
    }
}
