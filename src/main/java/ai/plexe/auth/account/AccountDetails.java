package ai.plexe.auth.account;

import java.time.Instant;

/**
 * An account, and the person who asks.
 *
 * @param user for a program the account's owner; null if it has none
 */
record AccountDetails(String accountId, String name, Instant createdAt, UserDetails user) {

    /**
     * A person in an account.
     *
     * @param emailVerifiedAt null until the address is verified
     */
    record UserDetails(String userId, String email, String name, String role, Instant emailVerifiedAt) {

        static UserDetails of(AccountUser user) {
            return new UserDetails(user.id, user.email, user.name, user.role, user.emailVerifiedAt);
        }
    }

    static AccountDetails of(Account account, AccountUser user) {
        return new AccountDetails(
                account.id, account.name, account.createdAt, user == null ? null : UserDetails.of(user));
    }
}
