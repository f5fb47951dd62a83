package ai.plexe.auth.account;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The tables of accounts and of the people in them. Event loops only, within the caller's session. */
@ApplicationScoped
class AccountRepository implements PanacheRepositoryBase<Account, String> {

    /** Does this account run the installation? */
    Uni<Boolean> isOperator(String accountId) {
        return count("id = ?1 and operator = true", accountId).map(found -> found > 0);
    }

    Uni<Void> add(AccountUser user) {
        return getSession().flatMap(session -> session.persist(user));
    }
}
