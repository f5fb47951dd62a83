package ai.plexe.auth.federation;

import io.quarkus.oidc.OidcTenantConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A provider that is enabled.
 *
 * @param id as the settings and the paths name it
 * @param name what people call it
 * @param tenant how Quarkus OIDC speaks with it
 * @param emails where it tells somebody's addresses; null if its tokens do
 * @param login what it is asked when somebody signs in
 * @param freshLogin what asks it not to trust that somebody signed in some time ago
 * @param oldestLogin how long ago somebody may have signed in there without its telling so; zero if it never tells, and its
 *     word is all the proof there is
 */
record Provider(
        String id,
        String name,
        OidcTenantConfig tenant,
        URI emails,
        Map<String, String> login,
        Map<String, String> freshLogin,
        Duration oldestLogin) {

    /** Where it is, by which its issuer is known. */
    String url() {
        return tenant.authServerUrl().orElseThrow();
    }

    /** A record would print the client's secret. */
    @Override
    public String toString() {
        return "Provider[" + id + "]";
    }
}
