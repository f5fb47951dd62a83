package ai.plexe.auth.account;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** What the table of people says of how they sign in. Event loops only, within the caller's session. */
@ApplicationScoped
class CredentialsRepository implements PanacheRepositoryBase<AccountUser, String> {

    /** Who signs in with this, as {@link SignInName} has it? Null if nobody. */
    Uni<Credentials> ofName(String name) {
        return find("lower(email) = ?1", name).firstResult().map(CredentialsRepository::orNull);
    }

    /** What does this person of the account sign in with? Null if there is no such person. */
    Uni<Credentials> ofUser(String accountId, String userId) {
        return find("id = ?1 and accountId = ?2", userId, accountId)
                .firstResult()
                .map(CredentialsRepository::orNull);
    }

    /** Puts another hash of the same password in place of this one, unless the password was changed meanwhile. */
    Uni<Integer> rehash(Credentials read, String hash) {
        return update(
                "passwordHash = ?1 where id = ?2 and passwordHash = ?3", hash, read.userId(), read.passwordHash());
    }

    private static Credentials orNull(AccountUser user) {
        return user == null ? null : Credentials.of(user);
    }
}
