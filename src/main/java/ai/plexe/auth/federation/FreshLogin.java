package ai.plexe.auth.federation;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.OidcRedirectFilter;
import io.quarkus.oidc.Redirect;
import io.quarkus.oidc.Redirect.Location;
import jakarta.enterprise.context.ApplicationScoped;

/** Asks a provider to have somebody sign in anew where a proof of identity is wanted. Any thread. */
@Unremovable
@ApplicationScoped
@Redirect(Location.OIDC_AUTHORIZATION)
class FreshLogin implements OidcRedirectFilter {

    @Override
    public void filter(OidcRedirectContext redirect) {
        if (CodeFlow.isFresh(redirect.routingContext())) {
            CodeFlow.providerOf(redirect.routingContext()).freshLogin().forEach(redirect.additionalQueryParams()::set);
        }
    }
}
