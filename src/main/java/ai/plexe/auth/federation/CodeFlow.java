package ai.plexe.auth.federation;

import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The authorization code flow (RFC 6749, section 4.1, with PKCE, RFC 7636, and for OpenID providers OpenID Connect Core 1.0,
 * section 3.1), which Quarkus OIDC speaks: here it is told to begin and to complete one. Event loops only.
 */
@ApplicationScoped
class CodeFlow {

    /** Several requests to the provider may be needed. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final String FRESH = CodeFlow.class.getName() + ".fresh";

    private final OidcAuthenticationMechanism mechanism;
    private final IdentityProviderManager identities;

    CodeFlow(OidcAuthenticationMechanism mechanism, IdentityProviderManager identities) {
        this.mechanism = mechanism;
        this.identities = identities;
    }

    /**
     * Begins a flow; the answer carries the cookie that holds its state, encrypted.
     *
     * @param fresh whether somebody who is signed in at the provider shall sign in anew
     * @return where the browser is to go; a failure if the provider can't be reached
     */
    Uni<URI> begin(RoutingContext routing, Provider provider, boolean fresh) {
        routing.put(Provider.class.getName(), provider);
        routing.put(FRESH, fresh);
        return bounded(mechanism.getChallenge(routing)).map(CodeFlow::location);
    }

    private static URI location(ChallengeData challenge) {
        return challenge.getHeaders().entrySet().stream()
                .filter(header -> header.getKey().toString().equalsIgnoreCase("Location"))
                .map(header -> URI.create(header.getValue().toString()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a flow begins with a redirect"));
    }

    /**
     * Completes the flow with which the browser has come back: state, code, token, signature, issuer, audience, nonce and times
     * are verified.
     *
     * @return who it is, or a failure
     */
    Uni<SecurityIdentity> complete(RoutingContext routing, Provider provider) {
        routing.put(Provider.class.getName(), provider);
        forgetSessions(routing);
        return bounded(mechanism.authenticate(routing, identities))
                .onTermination()
                .invoke(() -> forgetSessions(routing))
                .onItem()
                .ifNull()
                .failWith(() -> new IllegalStateException("this is not how a flow ends"));
    }

    /** Forgets the state of a flow that has no end. */
    void abandon(RoutingContext routing) {
        cookies(routing, OidcUtils.STATE_COOKIE_NAME)
                .forEach(name -> routing.response()
                        .addCookie(Cookie.cookie(name, "")
                                .setPath(FederationResource.PATH)
                                .setMaxAge(0)));
    }

    /** What the library would keep of a flow that is done, and what somebody planted as such, is of no use to anybody. */
    private static void forgetSessions(RoutingContext routing) {
        cookies(routing, OidcUtils.SESSION_COOKIE_NAME)
                .forEach(name -> routing.response().removeCookies(name, false));
    }

    private static List<String> cookies(RoutingContext routing, String prefix) {
        return routing.request().cookies().stream()
                .map(Cookie::getName)
                .filter(name -> name.startsWith(prefix))
                .distinct()
                .toList();
    }

    /** On the context it was asked on, whoever else waited for the same answer of the provider. */
    private static <T> Uni<T> bounded(Uni<T> work) {
        return work.ifNoItem().after(LONGEST).fail().emitOn(MutinyHelper.executor(Vertx.currentContext()));
    }

    /** The provider that the request is about; null if none. */
    static Provider providerOf(RoutingContext routing) {
        return routing.get(Provider.class.getName());
    }

    static boolean isFresh(RoutingContext routing) {
        return Boolean.TRUE.equals(routing.get(FRESH));
    }
}
