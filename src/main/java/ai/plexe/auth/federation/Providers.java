package ai.plexe.auth.federation;

import ai.plexe.auth.account.IdentityProviders;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.BrowserCookies;
import ai.plexe.auth.session.Seal;
import ai.plexe.auth.session.SessionConfig;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.oidc.common.runtime.config.OidcClientCommonConfig.Credentials.Secret.Method;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.builders.AuthenticationConfigBuilder;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The providers that are enabled. None is spoken to before somebody wants to sign in with it, so that one that is down keeps
 * nothing from starting. Any thread.
 */
@Startup
@ApplicationScoped
class Providers implements IdentityProviders {

    /** For each request to a provider; somebody waits for it. */
    static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

    /** How long somebody may take at the provider. */
    static final Duration LONGEST_STAY = Duration.ofMinutes(15);

    /** Longer than anybody may be on the way, so that a sign-in whose time is not told never counts as a recent proof. */
    private static final Duration UNPROVED = LONGEST_STAY.multipliedBy(2);

    private static final String STATE = "oauth state";

    private final Map<String, Provider> enabled = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final URI publicUrl;
    private final String stateSecret;
    private final Duration oldestLogin;

    Providers(FederationConfig config, SessionConfig session, Seal seal) {
        this.publicUrl = session.publicUrl();
        this.stateSecret = seal.secretFor(STATE);
        this.oldestLogin =
                longer(session.session().max(), session.session().recentProof().plus(UNPROVED));
        client("GOOGLE", config.google()).ifPresent(client -> add(google(config.google(), client)));
        client("GITHUB", config.github()).ifPresent(client -> add(github(config.github(), client)));
        Optional<Client> oidc = client("OIDC", config.oidc());
        requireBoth("PLEXE_OIDC_ISSUER", config.oidc().issuer().isPresent(), "PLEXE_OIDC_CLIENT_ID", oidc.isPresent());
        oidc.ifPresent(client -> add(oidc(config.oidc(), client)));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** What the service is to a provider. */
    private record Client(String id, String secret) {

        /** A record would print the secret. */
        @Override
        public String toString() {
            return "Client[" + id + "]";
        }
    }

    private static Optional<Client> client(String provider, FederationConfig.Registration registration) {
        Optional<String> id = registration.clientId().filter(text -> !text.isBlank());
        Optional<String> secret = registration.clientSecret().filter(text -> !text.isBlank());
        requireBoth(
                "PLEXE_" + provider + "_CLIENT_ID",
                id.isPresent(),
                "PLEXE_" + provider + "_CLIENT_SECRET",
                secret.isPresent());
        return id.map(text -> new Client(text, secret.get()));
    }

    private static void requireBoth(String one, boolean oneIsSet, String other, boolean otherIsSet) {
        if (oneIsSet != otherIsSet) {
            throw new IllegalArgumentException(
                    (oneIsSet ? other : one) + " must be set, for " + (oneIsSet ? one : other) + " is");
        }
    }

    private void add(Provider provider) {
        enabled.put(provider.id(), provider);
        names.put(provider.id(), provider.name());
    }

    /** As told in Google's "OpenID Connect" guide, which does without a way to ask for a password once more. */
    private Provider google(FederationConfig.Google config, Client client) {
        OidcTenantConfigBuilder tenant =
                tenant("google", secure("PLEXE_GOOGLE_ISSUER", config.issuer()), client, Method.BASIC);
        openId("google", tenant);
        return new Provider(
                "google", "Google", tenant.build(), null, Map.of(), Map.of("prompt", "select_account"), Duration.ZERO);
    }

    /**
     * As told in GitHub's "Authorizing OAuth apps": no ID token, a person is who the API says the access token is, and their
     * addresses are a resource of their own.
     */
    private Provider github(FederationConfig.Github config, Client client) {
        String url = withoutSlash(secure("PLEXE_GITHUB_URL", config.url()).toString());
        String api = url.equals("https://github.com") ? "https://api.github.com" : url + "/api/v3";
        OidcTenantConfigBuilder tenant = tenant("github", URI.create(url + "/login/oauth"), client, Method.POST)
                .discoveryEnabled(false)
                .authorizationPath("authorize")
                .tokenPath("access_token")
                .userInfoPath(api + "/user")
                .token()
                .verifyAccessTokenWithUserInfo(true)
                .end();
        authentication("github", tenant)
                .addOpenidScope(false)
                .scopes("read:user", "user:email")
                .idTokenRequired(false)
                .userInfoRequired()
                .end();
        return new Provider(
                "github",
                "GitHub",
                tenant.build(),
                URI.create(api + "/user/emails"),
                Map.of(),
                Map.of("prompt", "select_account"),
                Duration.ZERO);
    }

    /**
     * OpenID Connect Core 1.0; whoever asks for {@code max_age} is told {@code auth_time} (section 3.1.2.1). A sign-in at the
     * provider opens a session for as long as one may live.
     */
    private Provider oidc(FederationConfig.Oidc config, Client client) {
        OidcTenantConfigBuilder tenant =
                tenant("oidc", secure("PLEXE_OIDC_ISSUER", config.issuer().orElseThrow()), client, Method.BASIC);
        openId("oidc", tenant);
        return new Provider(
                "oidc",
                config.name(),
                tenant.build(),
                null,
                Map.of("max_age", String.valueOf(oldestLogin.toSeconds())),
                Map.of("prompt", "login", "max_age", "0"),
                oldestLogin);
    }

    private OidcTenantConfigBuilder tenant(String id, URI url, Client client, Method method) {
        return OidcTenantConfig.authServerUrl(url.toString())
                .tenantId(id)
                .applicationType(ApplicationType.WEB_APP)
                .clientId(client.id())
                .credentials()
                .clientSecret(client.secret(), method)
                .end()
                .connectionTimeout(LONGEST_REQUEST)
                .connectionRetryCount(1);
    }

    private void openId(String id, OidcTenantConfigBuilder tenant) {
        authentication(id, tenant).scopes("email", "profile").nonceRequired().end();
    }

    private AuthenticationConfigBuilder authentication(String id, OidcTenantConfigBuilder tenant) {
        return tenant.authentication()
                .redirectPath(withoutSlash(publicUrl.toString()) + FederationResource.PATH + "/" + id + "/callback")
                .removeRedirectParameters(false)
                .restorePathAfterRedirect(false)
                .failOnMissingStateParam()
                .allowMultipleCodeFlows(false)
                .pkceRequired()
                .stateSecret(stateSecret)
                .stateCookieAge(LONGEST_STAY)
                .cookiePath(FederationResource.PATH)
                .cookieForceSecure(publicUrl.getScheme().equals("https"));
    }

    /** A provider that anybody on the way could stand for would let anybody in. */
    private static URI secure(String setting, URI url) {
        if (url.getHost() == null || !"https".equals(url.getScheme()) && !BrowserCookies.isThisMachine(url)) {
            throw new IllegalArgumentException(setting + " must be a URL that begins with https://");
        }
        return url;
    }

    @Override
    public Map<String, String> names() {
        return names;
    }

    @Override
    public boolean isEnabled(String id, String issuer) {
        Provider provider = enabled.get(id);
        return provider != null && withoutSlash(issuer).equals(withoutSlash(provider.url()));
    }

    private static String withoutSlash(String url) {
        return url.replaceAll("/+$", "");
    }

    /**
     * The provider of this id.
     *
     * @throws ProblemException {@code not_found} if none such is enabled
     */
    Provider of(String id) {
        Provider provider = enabled.get(id);
        if (provider == null) {
            throw ProblemException.notFound("provider");
        }
        return provider;
    }
}
