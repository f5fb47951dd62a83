package ai.plexe.auth.federation;

import io.quarkus.oidc.OidcTenantConfig;
import java.net.URI;
import java.util.Map;

/**
 * A provider that is enabled.
 *
 * @param id as the settings and the paths name it
 * @param name what people call it
 * @param tenant how Quarkus OIDC speaks with it
 * @param emails where it tells somebody's addresses; null if its tokens do
 * @param freshLogin what asks it not to trust that somebody signed in some time ago
 * @param tellsAuthenticationTime whether it tells when somebody signed in, so that an old sign-in is refused
 */
record Provider(
        String id,
        String name,
        OidcTenantConfig tenant,
        URI emails,
        Map<String, String> freshLogin,
        boolean tellsAuthenticationTime) {

    /** A record would print the client's secret. */
    @Override
    public String toString() {
        return "Provider[" + id + "]";
    }
}
