package ai.plexe.auth.account;

import ai.plexe.auth.access.Role;
import ai.plexe.auth.session.Person;

/**
 * A person and what they sign in with, as read at one moment.
 *
 * @param passwordHash null for people who sign in with a provider only
 * @param version as it was when the hash was read
 */
record Credentials(
        String accountId,
        String userId,
        String email,
        String name,
        Role role,
        boolean emailVerified,
        String passwordHash,
        int version) {

    static Credentials of(AccountUser user) {
        return new Credentials(
                user.accountId,
                user.id,
                user.email,
                user.name,
                Role.of(user.role),
                user.emailVerifiedAt != null,
                user.passwordHash,
                user.credentialsVersion);
    }

    Person person() {
        return new Person(accountId, userId, role, version);
    }

    /** A record would print the hash. */
    @Override
    public String toString() {
        return "Credentials[" + userId + "]";
    }
}
