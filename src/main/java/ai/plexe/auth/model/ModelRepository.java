package ai.plexe.auth.model;

import ai.plexe.auth.id.TimeOrderedId;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The table of models. Event loops only, within the caller's session. */
@ApplicationScoped
class ModelRepository implements PanacheRepositoryBase<Model, String> {

    /** Which models of the account follow the cursor, oldest first? */
    Uni<List<Model>> list(String accountId, String after, int atMost) {
        return find("accountId = ?1 and id > ?2 order by id", accountId, after)
                .page(Page.ofSize(atMost))
                .list();
    }

    /** Which model of this account has this id? Null if none. */
    Uni<Model> ofAccount(String accountId, String id) {
        if (!TimeOrderedId.isWellFormed("mdl", id)) {
            return Uni.createFrom().nullItem();
        }
        return find("id = ?1 and accountId = ?2", id, accountId).firstResult();
    }

    /** Deletes the model of this account with this id, if there is one. */
    Uni<Boolean> deleteOfAccount(String accountId, String id) {
        if (!TimeOrderedId.isWellFormed("mdl", id)) {
            return Uni.createFrom().item(false);
        }
        return delete("id = ?1 and accountId = ?2", id, accountId).map(deleted -> deleted > 0);
    }

    /** Deletes all models of this account. */
    Uni<Long> deleteAllOfAccount(String accountId) {
        return delete("accountId", accountId);
    }

    /** Tells every instance, when the transaction commits, that the account's models have changed. */
    Uni<Void> announceChange(String accountId) {
        return getSession()
                .flatMap(session -> session.createNativeQuery("SELECT 1 FROM pg_notify(?1, ?2)", Integer.class)
                        .setParameter(1, ModelListings.CHANNEL)
                        .setParameter(2, accountId)
                        .getSingleResult())
                .replaceWithVoid();
    }
}
