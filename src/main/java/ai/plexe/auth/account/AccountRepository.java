package ai.plexe.auth.account;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/** The table of accounts. Event loops only, within the caller's session. */
@ApplicationScoped
class AccountRepository implements PanacheRepositoryBase<Account, String> {

    /** Does this account run the installation? */
    Uni<Boolean> isOperator(String accountId) {
        return count("id = ?1 and operator = true", accountId).map(found -> found > 0);
    }

    /** Is the account not deleted? Then it is not until the transaction ends. */
    Uni<Boolean> holdUndeleted(String accountId) {
        return find("id = ?1 and deletedAt is null", accountId)
                .withLock(LockModeType.PESSIMISTIC_READ)
                .firstResult()
                .map(account -> account != null);
    }

    /** The account with this id, unless it is deleted, locked until the transaction ends. */
    Uni<Account> lockUndeleted(String accountId) {
        return find("id = ?1 and deletedAt is null", accountId)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResult();
    }

    /**
     * Deletes an account that nobody has seen. By a statement and not as an entity: Hibernate Reactive's deletion of
     * entities of one type shares its state among all event loops (HR000069).
     */
    Uni<Void> remove(String accountId) {
        return delete("id", accountId).replaceWithVoid();
    }
}
