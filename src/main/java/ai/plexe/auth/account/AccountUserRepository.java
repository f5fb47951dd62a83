package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Locale;

/** The table of people. Event loops only, within the caller's session. */
@ApplicationScoped
class AccountUserRepository implements PanacheRepositoryBase<AccountUser, String> {

    /** Says nothing if the address is taken: two who sign up at once can't both get it. */
    private static final String ADD_UNLESS_TAKEN = """
            INSERT INTO account_user (id, account_id, email, name, password_hash, role, created_at, password_changed_at)
            VALUES (:id, :account, :email, :name, :hash, :role, :now, :now)
                ON CONFLICT (lower(email)) DO NOTHING
            """;

    /** Who has this address? Null if nobody. */
    Uni<AccountUser> ofEmail(String email) {
        return find("lower(email) = ?1", email.toLowerCase(Locale.ROOT)).firstResult();
    }

    /** What does whoever has this address sign in with? Null if nobody has. */
    Uni<Credentials> credentialsOf(String email) {
        return ofEmail(email).map(AccountUserRepository::credentials);
    }

    /** What does this person of the account sign in with? Null if there is no such person. */
    Uni<Credentials> credentialsOf(Caller caller) {
        return ofAccount(caller.accountId(), caller.userId()).map(AccountUserRepository::credentials);
    }

    private static Credentials credentials(AccountUser user) {
        return user == null ? null : Credentials.of(user);
    }

    /** Puts another hash of the same password in place of this one, unless the password was changed meanwhile. */
    Uni<Integer> rehash(Credentials read, String hash) {
        return update(
                "passwordHash = ?1 where id = ?2 and passwordHash = ?3", hash, read.userId(), read.passwordHash());
    }

    /** Which person of this account has this id? Null if none. */
    Uni<AccountUser> ofAccount(String accountId, String userId) {
        return find("id = ?1 and accountId = ?2", userId, accountId).firstResult();
    }

    /** The owner of this account; null if it has none. */
    Uni<AccountUser> ownerOf(String accountId) {
        return find("accountId = ?1 and role = 'owner' order by id", accountId).firstResult();
    }

    /** The person with this id, locked until the transaction ends; null if none. */
    Uni<AccountUser> lock(String userId) {
        return find("id = ?1", userId).withLock(LockModeType.PESSIMISTIC_WRITE).firstResult();
    }

    /** The people of this account, locked until the transaction ends. */
    Uni<List<AccountUser>> lockOfAccount(String accountId) {
        return find("accountId = ?1 order by id", accountId)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .list();
    }

    /** Adds a person whose address nobody has yet; whether that was so. */
    Uni<Boolean> addUnlessTaken(AccountUser user) {
        return getSession()
                .flatMap(session -> session.createNativeQuery(ADD_UNLESS_TAKEN)
                        .setParameter("id", user.id)
                        .setParameter("account", user.accountId)
                        .setParameter("email", user.email)
                        .setParameter("name", user.name)
                        .setParameter("hash", user.passwordHash)
                        .setParameter("role", user.role)
                        .setParameter("now", user.createdAt)
                        .executeUpdate())
                .map(added -> added > 0);
    }

    /**
     * Does nobody but this person have the address? A sign-up that takes it before this transaction ends makes that fail,
     * as a duplicate.
     */
    Uni<Boolean> isFree(String email, String userId) {
        return count("lower(email) = ?1 and id <> ?2", email.toLowerCase(Locale.ROOT), userId)
                .map(others -> others == 0);
    }

    Uni<Void> removeOfAccount(String accountId) {
        return delete("accountId", accountId).replaceWithVoid();
    }
}
