package ai.plexe.auth.federation;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.OidcRedirectFilter;
import io.quarkus.oidc.Redirect;
import io.quarkus.oidc.Redirect.Location;
import jakarta.enterprise.context.ApplicationScoped;

/** Asks a provider how long ago somebody signed in, or to have them do it anew where a proof of identity is wanted. Any thread. */
@Unremovable
@ApplicationScoped
@Redirect(Location.OIDC_AUTHORIZATION)
class LoginAge implements OidcRedirectFilter {

    @Override
    public void filter(OidcRedirectContext redirect) {
        Provider provider = CodeFlow.providerOf(redirect.routingContext());
        (CodeFlow.isFresh(redirect.routingContext()) ? provider.freshLogin() : provider.login())
                .forEach(redirect.additionalQueryParams()::set);
    }
}
