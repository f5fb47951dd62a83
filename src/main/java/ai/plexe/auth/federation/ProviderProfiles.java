package ai.plexe.auth.federation;

import ai.plexe.auth.account.ProvedIdentity;
import ai.plexe.auth.validation.PlainText;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.OidcConfigurationMetadata;
import io.quarkus.oidc.UserInfo;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/** Reads what a provider tells of somebody, once it is verified that it told it. Event loops only. */
@ApplicationScoped
class ProviderProfiles {

    private static final int MAX_NAME = 100;
    private static final int MAX_LABEL = 254;
    private static final int MAX_SUBJECT = 255;
    private static final Pattern PLAIN = Pattern.compile("[ -~]+");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");

    private static final Logger LOG = Logger.getLogger(ProviderProfiles.class);

    private final Providers providers;
    private final WebClient http;
    private final PlainText.Validator plainText = new PlainText.Validator();
    private final Clock clock;

    ProviderProfiles(Providers providers, Vertx vertx, TlsConfigurationRegistry tls, Clock clock) {
        this.providers = providers;
        this.clock = clock;
        WebClientOptions options = new WebClientOptions()
                .setConnectTimeout((int) Providers.LONGEST_REQUEST.toMillis())
                .setFollowRedirects(false);
        tls.getDefault().ifPresent(configured -> TlsConfigUtils.configure(options, configured));
        this.http = WebClient.create(vertx, options);
    }

    Uni<ProvedIdentity> of(SecurityIdentity identity, Provider provider) {
        return provider.emails() == null ? ofTokens(identity, provider) : ofApi(identity, provider);
    }

    private Uni<ProvedIdentity> ofTokens(SecurityIdentity identity, Provider provider) {
        JsonWebToken token = (JsonWebToken) identity.getPrincipal();
        boolean tells = token.getClaim("email") != null && token.getClaim("email_verified") != null;
        Instant authenticatedAt = token.getClaimNames().contains(Claims.auth_time.name())
                ? Instant.ofEpochSecond(token.<Long>getClaim(Claims.auth_time))
                : null;
        return (tells ? Uni.createFrom().item(claims(token)) : userInfo(identity, token))
                .map(told -> proved(
                        provider,
                        token.getIssuer(),
                        token.getSubject(),
                        text(told, "email"),
                        "true".equals(String.valueOf(told.getValue("email_verified"))),
                        text(told, "name"),
                        text(told, "preferred_username"),
                        authenticatedAt));
    }

    private static JsonObject claims(JsonWebToken token) {
        JsonObject claims = new JsonObject();
        for (String name : new String[] {"email", "email_verified", "name", "preferred_username"}) {
            Object value = token.getClaim(name);
            claims.put(name, value == null ? null : value.toString());
        }
        return claims;
    }

    /**
     * Where the ID token does not tell the address, or whether it is verified (OpenID Connect Core 1.0, section 5.4), the
     * UserInfo endpoint does.
     */
    private Uni<JsonObject> userInfo(SecurityIdentity identity, JsonWebToken token) {
        OidcConfigurationMetadata metadata = identity.getAttribute(OidcUtils.CONFIG_METADATA_ATTRIBUTE);
        if (metadata.getUserInfoUri() == null) {
            return Uni.createFrom().item(claims(token));
        }
        return get(URI.create(metadata.getUserInfoUri()), identity)
                .map(HttpResponse::bodyAsJsonObject)
                .invoke(info -> {
                    if (!Objects.equals(token.getSubject(), info.getString("sub"))) {
                        throw new IllegalArgumentException("the UserInfo is another one's (section 5.3.2)");
                    }
                })
                .onFailure(failure -> isAway(failure) && token.getClaim("email") != null)
                .recoverWithItem(() -> claims(token));
    }

    /** Whoever is known already comes in by the token alone, which says who it is. */
    private static boolean isAway(Throwable failure) {
        return !(failure instanceof IllegalArgumentException);
    }

    /** GitHub: "Get the authenticated user", and "List email addresses for the authenticated user". */
    private Uni<ProvedIdentity> ofApi(SecurityIdentity identity, Provider provider) {
        JsonObject user = new JsonObject(identity.<UserInfo>getAttribute(OidcUtils.USER_INFO_ATTRIBUTE)
                .getJsonObject()
                .toString());
        String id =
                Objects.requireNonNull(user.getLong("id"), "a user has an id").toString();
        return get(provider.emails(), identity)
                .map(HttpResponse::bodyAsJsonArray)
                .map(ProviderProfiles::primary)
                .map(email -> proved(
                        provider,
                        provider.url(),
                        id,
                        email.getString("email"),
                        Boolean.TRUE.equals(email.getBoolean("verified")),
                        text(user, "name"),
                        text(user, "login"),
                        null));
    }

    private static JsonObject primary(JsonArray emails) {
        for (Object email : emails) {
            if (email instanceof JsonObject address && Boolean.TRUE.equals(address.getBoolean("primary"))) {
                return address;
            }
        }
        return new JsonObject();
    }

    private Uni<HttpResponse<Buffer>> get(URI url, SecurityIdentity identity) {
        return http.getAbs(url.toString())
                .putHeader("Accept", "application/json")
                .bearerTokenAuthentication(
                        identity.getCredential(AccessTokenCredential.class).getToken())
                .timeout(Providers.LONGEST_REQUEST.toMillis())
                .send()
                .invoke(response -> {
                    if (response.statusCode() != 200) {
                        throw new UncheckedIOException(new IOException("status " + response.statusCode()));
                    }
                });
    }

    private ProvedIdentity proved(
            Provider provider,
            String issuer,
            String subject,
            String email,
            boolean verified,
            String name,
            String login,
            Instant authenticatedAt) {
        if (subject == null
                || subject.length() > MAX_SUBJECT
                || !PLAIN.matcher(subject).matches()) {
            throw new IllegalArgumentException("no subject (OpenID Connect Core 1.0, section 2)");
        }
        requireSame(issuer, provider);
        String label = UNPRINTABLE
                .matcher(login != null ? login : email != null ? email : subject)
                .replaceAll("");
        return new ProvedIdentity(
                provider.id(),
                issuer,
                subject,
                email,
                verified,
                isName(name) ? name.strip() : null,
                label.length() <= MAX_LABEL ? label : label.substring(0, MAX_LABEL),
                authenticatedAt == null ? clock.instant().minus(provider.oldestLogin()) : authenticatedAt);
    }

    /** OpenID Connect Discovery 1.0, section 4.3: whoever is asked as one issuer and answers as another is not believed. */
    private void requireSame(String issuer, Provider provider) {
        if (issuer == null || !providers.isEnabled(provider.id(), issuer)) {
            LOG.warnf("%s calls itself %s, and is set as %s", provider.id(), issuer, provider.url());
            throw new IllegalArgumentException("another issuer");
        }
    }

    private boolean isName(String name) {
        return name != null && name.codePointCount(0, name.length()) <= MAX_NAME && plainText.isValid(name, null);
    }

    private static String text(JsonObject told, String name) {
        return told.getValue(name) instanceof String text && !text.isBlank() ? text : null;
    }
}
