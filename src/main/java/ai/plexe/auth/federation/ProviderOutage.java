package ai.plexe.auth.federation;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcResponseFilter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Tells a provider that does not work from one that says no; what it says then is of no interest. Any thread. */
@Unremovable
@ApplicationScoped
class ProviderOutage implements OidcResponseFilter {

    @Override
    public Uni<Void> filter(OidcResponseFilterContext response) {
        return response.statusCode() >= 500
                ? Uni.createFrom().failure(new IOException("status " + response.statusCode()))
                : Uni.createFrom().voidItem();
    }
}
