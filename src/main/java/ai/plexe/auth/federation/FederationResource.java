package ai.plexe.auth.federation;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.account.FederatedSignIn;
import ai.plexe.auth.account.FederatedSignInService;
import ai.plexe.auth.account.PendingIdentity;
import ai.plexe.auth.account.ProvedIdentity;
import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.LiveSession;
import ai.plexe.auth.session.PresentedToken;
import ai.plexe.auth.session.SessionCookie;
import ai.plexe.auth.session.SessionService;
import ai.plexe.auth.validation.Validated;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The way to a provider and back, over HTTP. */
@Path(FederationResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Providers", description = "Sign in with Google, GitHub or an OpenID provider.")
public class FederationResource {

    static final String PATH = "/auth/oauth";

    private static final Logger LOG = Logger.getLogger(FederationResource.class);
    private static final String SET_COOKIE = HttpHeaders.SET_COOKIE.toString();

    /** A path of the service, with or without a query: no host, nothing that a browser takes for one, and no fragment. */
    private static final String OWN_PATH = "/(?![/\\\\])[!$-;=?-\\[\\]-~]{0,511}";

    private static final String MUST_BE_OWN = "must be a path of this service, such as /settings/security";
    private static final String SIGN_IN_PAGE = "/sign-in";
    private static final String JOIN_PAGE = "/join";

    /** How far a provider's clock may be off. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final Providers providers;
    private final CodeFlow flow;
    private final ProviderProfiles profiles;
    private final FederatedSignInService service;
    private final SessionService sessions;
    private final SessionCookie session;
    private final JourneyCookie journeys;
    private final PendingIdentity pending;
    private final Validated validated;
    private final Clock clock;

    FederationResource(
            Providers providers,
            CodeFlow flow,
            ProviderProfiles profiles,
            FederatedSignInService service,
            SessionService sessions,
            SessionCookie session,
            JourneyCookie journeys,
            PendingIdentity pending,
            Validated validated,
            Clock clock) {
        this.providers = providers;
        this.flow = flow;
        this.profiles = profiles;
        this.service = service;
        this.sessions = sessions;
        this.session = session;
        this.journeys = journeys;
        this.pending = pending;
        this.validated = validated;
        this.clock = clock;
    }

    /** The providers that are enabled. */
    @Schema(
            name = "ProviderList",
            requiredProperties = {"providers"})
    public record ProviderList(List<EnabledProvider> providers) {}

    /** A provider that is enabled. */
    @Schema(
            name = "Provider",
            requiredProperties = {"id", "name", "start_url"})
    public record EnabledProvider(
            @Schema(
                    examples = "github",
                    enumeration = {"google", "github", "oidc"})
            String id,

            @Schema(examples = "GitHub") String name,

            @Schema(description = "Where a browser goes to sign in.", examples = "/auth/oauth/github/start")
            String startUrl) {}

    /** Where somebody wants to be afterwards. */
    @Schema(name = "ProviderJourney")
    public record Departure(
            @Schema(
                    description = "A path of the service, to which the browser comes back.",
                    examples = "/settings/security",
                    maxLength = 512)
            @NotNull(message = "is required")
            @Pattern(regexp = OWN_PATH, message = MUST_BE_OWN)
            String returnTo) {}

    /** Where the browser goes. */
    @Schema(
            name = "ProviderAuthorization",
            requiredProperties = {"authorization_url"})
    public record Authorization(
            @Schema(examples = "https://github.com/login/oauth/authorize?response_type=code&client_id=…")
            URI authorizationUrl) {}

    @GET
    @NonBlocking
    @OpenToAll(because = "the sign-in page shows their buttons")
    @Operation(operationId = "listProviders", summary = "Which providers are enabled?")
    public ProviderList list() {
        return new ProviderList(providers.names().entrySet().stream()
                .map(provider -> new EnabledProvider(
                        provider.getKey(), provider.getValue(), PATH + "/" + provider.getKey() + "/start"))
                .toList());
    }

    @GET
    @Path("/{provider}/start")
    @OpenToAll(because = "whoever signs in has no session yet")
    @Operation(
            operationId = "startSignIn",
            summary = "Sign in with a provider",
            description =
                    "For browsers: leads to the provider, which leads back to the callback. A failure leads to the"
                            + " sign-in page, with the error's code in error and the provider's id in provider.")
    @APIResponse(responseCode = "303", description = "On to the provider, or back to the sign-in page.")
    @APIResponse(
            responseCode = "404",
            description = "No such provider is enabled.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<RestResponse<Void>> start(
            @Context RoutingContext routing,
            @PathParam("provider") String id,
            @Parameter(description = "A path of the service, to which the browser comes in the end; / by default.")
                    @QueryParam("return_to")
                    String returnTo) {
        Provider provider = providers.of(id);
        String goal = returnTo == null ? "/" : returnTo;
        if (!goal.matches(OWN_PATH)) {
            throw ProblemException.invalid("return_to", MUST_BE_OWN);
        }
        Client client = Client.of(routing);
        Uni<URI> begun = service.admit(client).chain(() -> flow.begin(routing, provider, false));
        return noted(begun, provider, Purpose.SIGN_IN, null, client)
                .map(authorization -> seeOther(authorization.toString())
                        .header(
                                SET_COOKIE,
                                journeys.keep(Journey.to(
                                        authorization, provider, Purpose.SIGN_IN, null, goal, clock.instant())))
                        .build())
                .onFailure(ProblemException.class)
                .recoverWithItem(why -> turnedBack(why, provider, Purpose.SIGN_IN, goal));
    }

    @POST
    @Path("/{provider}/connect")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true, recentProof = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "connectProvider",
            summary = "Connect a provider",
            description = "Answers with the address to which the browser is to go. Back at return_to, error has the"
                    + " error's code if it failed. A person with a recent proof of identity only.")
    @APIResponse(
            responseCode = "200",
            description = "Go there.",
            content = @Content(schema = @Schema(implementation = Authorization.class)))
    public Uni<RestResponse<Authorization>> connect(
            @Context SecurityContext security,
            @Context RoutingContext routing,
            @PathParam("provider") String id,
            Departure body) {
        return depart(Caller.of(security), routing, id, Purpose.CONNECT, body);
    }

    @POST
    @Path("/{provider}/reauthenticate")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "reauthenticateWithProvider",
            summary = "Prove once more who you are, with a provider",
            description =
                    "Answers with the address to which the browser is to go, where the provider asks anew if it can."
                            + " Back at return_to the session's proof is renewed, or error has the error's code.")
    @APIResponse(
            responseCode = "200",
            description = "Go there.",
            content = @Content(schema = @Schema(implementation = Authorization.class)))
    public Uni<RestResponse<Authorization>> reauthenticate(
            @Context SecurityContext security,
            @Context RoutingContext routing,
            @PathParam("provider") String id,
            Departure body) {
        return depart(Caller.of(security), routing, id, Purpose.REAUTHENTICATE, body);
    }

    private Uni<RestResponse<Authorization>> depart(
            Caller caller, RoutingContext routing, String id, Purpose purpose, Departure body) {
        Provider provider = providers.of(id);
        validated.body(body);
        Client client = Client.of(routing);
        Uni<URI> begun =
                service.admit(client).chain(() -> flow.begin(routing, provider, purpose == Purpose.REAUTHENTICATE));
        return noted(begun, provider, purpose, caller, client)
                .map(authorization -> ResponseBuilder.ok(new Authorization(authorization))
                        .header(
                                SET_COOKIE,
                                journeys.keep(Journey.to(
                                        authorization, provider, purpose, caller, body.returnTo(), clock.instant())))
                        .build());
    }

    @GET
    @Path("/{provider}/callback")
    @OpenToAll(because = "who it is turns out here")
    @Operation(
            operationId = "finishSignIn",
            summary = "Back from a provider",
            description = "For browsers: where the provider leads back to. Whoever has proved who they are is signed in"
                    + " and led on, with the session's cookie; somebody whose address has an account already is led to"
                    + " /join, to prove that account first.")
    @APIResponse(responseCode = "303", description = "On to the console, or back to the sign-in page.")
    @APIResponse(
            responseCode = "404",
            description = "No such provider is enabled.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<RestResponse<Void>> callback(@Context RoutingContext routing, @PathParam("provider") String id) {
        Provider provider = providers.of(id);
        Client client = Client.of(routing);
        List<String> cookies = routing.request().headers().getAll(HttpHeaders.COOKIE);
        Journey journey =
                journeys.ending(cookies, provider, routing.queryParams().getAll("state"));
        Purpose purpose = journey == null ? Purpose.SIGN_IN : journey.purpose();
        String goal = journey == null ? "/" : journey.returnTo();
        Uni<Void> known = service.admit(client).invoke(() -> {
            if (journey == null) {
                throw ProviderFailure.unproved(provider);
            }
        });
        return noted(known, provider, purpose, null, client)
                .chain(() -> noted(traveller(journey, cookies, client), provider, purpose, null, client))
                .flatMap(caller -> noted(
                                Uni.createFrom().deferred(() -> proved(journey, routing, provider)),
                                provider,
                                purpose,
                                caller,
                                client)
                        .flatMap(proved -> arrive(journey, caller, proved, client)))
                .onFailure()
                .recoverWithItem(why -> turnedBack(problem(why), provider, purpose, goal))
                .invoke(answer -> answer.getHeaders().add(SET_COOKIE, journeys.forgotten()));
    }

    private <T> Uni<T> noted(Uni<T> work, Provider provider, Purpose purpose, Caller caller, Client client) {
        return work.onFailure()
                .transform(failure -> ProviderFailure.of(failure, provider))
                .onFailure(ProblemException.class)
                .invoke(why -> service.refused(purpose.event(), caller, why, client));
    }

    private static ProblemException problem(Throwable failure) {
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        LOG.warn("somebody came by a provider, and could not be let in", failure);
        return ProblemException.unavailable("Whether this may sign in could not be told just now.", null);
    }

    /** The session in which the way began, if it lives; null if it began in none. */
    private Uni<Caller> traveller(Journey journey, List<String> cookies, Client client) {
        if (journey.sessionId() == null) {
            return Uni.createFrom().nullItem();
        }
        PresentedToken token = PresentedToken.of(List.of(), cookies, session.name());
        return (token == null
                        ? Uni.createFrom().<LiveSession>failure(ProblemException.sessionEnded())
                        : sessions.use(token.text(), client))
                .map(live -> {
                    if (!live.sessionId().equals(journey.sessionId())) {
                        throw ProblemException.sessionEnded();
                    }
                    return Caller.person(live.accountId(), live.userId(), live.sessionId(), live.role());
                });
    }

    private Uni<ProvedIdentity> proved(Journey journey, RoutingContext routing, Provider provider) {
        String error = routing.queryParams().get("error");
        if (error != null) {
            flow.abandon(routing);
            return Uni.createFrom().failure(ProviderFailure.ofError(error, provider));
        }
        return flow.complete(routing, provider)
                .flatMap(identity -> profiles.of(identity, provider))
                .invoke(proved -> requireFresh(proved, journey, provider));
    }

    /** Whoever signed in at the provider before they set out has proved nothing since. */
    private static void requireFresh(ProvedIdentity proved, Journey journey, Provider provider) {
        if (journey.purpose() == Purpose.REAUTHENTICATE
                && proved.authenticatedAt().isBefore(journey.startedAt().minus(SKEW))) {
            throw ProviderFailure.unproved(provider);
        }
    }

    private Uni<RestResponse<Void>> arrive(Journey journey, Caller caller, ProvedIdentity proved, Client client) {
        return switch (journey.purpose()) {
            case SIGN_IN ->
                service.signIn(proved, client).map(signedIn -> signedIn(signedIn, proved, journey.returnTo()));
            case CONNECT ->
                service.connect(caller, proved, client)
                        .map(connected -> seeOther(journey.returnTo()).build());
            case REAUTHENTICATE ->
                service.reauthenticate(caller, proved, client)
                        .map(renewed -> seeOther(journey.returnTo())
                                .header(SET_COOKIE, session.of(renewed))
                                .build());
        };
    }

    private RestResponse<Void> signedIn(FederatedSignIn signedIn, ProvedIdentity proved, String returnTo) {
        return signedIn.isOpen()
                ? seeOther(returnTo)
                        .header(SET_COOKIE, session.of(signedIn.session()))
                        .build()
                : seeOther(JOIN_PAGE + "?next=" + encoded(returnTo))
                        .header(SET_COOKIE, pending.keep(proved))
                        .build();
    }

    private static RestResponse<Void> turnedBack(
            ProblemException why, Provider provider, Purpose purpose, String returnTo) {
        String page = purpose == Purpose.SIGN_IN ? SIGN_IN_PAGE : returnTo;
        String error = "error=" + why.code().wireName() + "&provider=" + provider.id();
        String next = purpose == Purpose.SIGN_IN && !returnTo.equals("/") ? "&next=" + encoded(returnTo) : "";
        return seeOther(page + (page.indexOf('?') < 0 ? "?" : "&") + error + next)
                .build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static ResponseBuilder<Void> seeOther(String location) {
        return ResponseBuilder.<Void>create(303).header(HttpHeaders.LOCATION.toString(), location);
    }
}
