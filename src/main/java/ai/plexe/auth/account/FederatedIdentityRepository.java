package ai.plexe.auth.account;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The table of identities. Event loops only, within the caller's session; people are locked before it is written to. */
@ApplicationScoped
class FederatedIdentityRepository implements PanacheRepositoryBase<FederatedIdentity, String> {

    /** Whoever the provider means; null if nobody has connected it. */
    Uni<FederatedIdentity> of(ProvedIdentity proved) {
        return find("issuer = ?1 and subject = ?2", proved.issuer(), proved.subject())
                .firstResult();
    }

    /** The identity of this person with this provider; null if they have connected none. */
    Uni<FederatedIdentity> ofUser(String userId, String provider) {
        return find("userId = ?1 and provider = ?2", userId, provider).firstResult();
    }

    /** All identities of this person, oldest first. */
    Uni<List<FederatedIdentity>> ofUser(String userId) {
        return find("userId = ?1 order by id", userId).list();
    }

    /** Removes the identity of this person; whether there was one of that id. */
    Uni<Boolean> remove(String userId, String identityId) {
        return delete("id = ?1 and userId = ?2", identityId, userId).map(removed -> removed > 0);
    }
}
