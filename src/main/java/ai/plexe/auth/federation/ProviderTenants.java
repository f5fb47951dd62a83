package ai.plexe.auth.federation;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells Quarkus OIDC which provider a request is about; whatever its cookies claim counts for nothing. Any thread. */
@ApplicationScoped
class ProviderTenants implements TenantConfigResolver {

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext routing, OidcRequestContext<OidcTenantConfig> blocking) {
        Provider provider = CodeFlow.providerOf(routing);
        return provider == null ? Uni.createFrom().nullItem() : Uni.createFrom().item(provider.tenant());
    }
}
