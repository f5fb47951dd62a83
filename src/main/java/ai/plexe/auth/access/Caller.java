package ai.plexe.auth.access;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/**
 * Who makes the request, as the gate found out: a program with an API key, or a person with a session.
 *
 * @param accountId the account on whose behalf the caller acts; every query is scoped to it
 * @param keyId the API key that was shown; null for a person
 * @param userId the person; null for a program
 * @param sessionId the person's session; null for a program
 * @param role the person's; null for a program
 * @param level what the caller may do
 * @param service whether the caller may verify the keys of every account
 */
public record Caller(
        String accountId,
        String keyId,
        String userId,
        String sessionId,
        Role role,
        PermissionLevel level,
        boolean service)
        implements Principal {

    public static Caller program(String accountId, String keyId, PermissionLevel level, boolean service) {
        return new Caller(accountId, keyId, null, null, null, level, service);
    }

    public static Caller person(String accountId, String userId, String sessionId, Role role) {
        return new Caller(accountId, null, userId, sessionId, role, role.level(), false);
    }

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

    /** Whether it is a person with a session, rather than a program with a key. */
    public boolean isPerson() {
        return userId != null;
    }

    @Override
    public String getName() {
        return keyId == null ? userId : keyId;
    }
}
