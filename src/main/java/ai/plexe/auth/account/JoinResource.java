package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionCookie;
import ai.plexe.auth.validation.Validated;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotEmpty;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** How somebody who came by a provider proves the account that their address has already, over HTTP. */
@Path("/auth/oauth/join")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Providers")
public class JoinResource {

    private static final MailStatus SENT = new MailStatus("link_sent");

    private final JoinService service;
    private final PendingIdentity pending;
    private final IdentityProviders providers;
    private final SessionCookie session;
    private final Validated validated;

    JoinResource(
            JoinService service,
            PendingIdentity pending,
            IdentityProviders providers,
            SessionCookie session,
            Validated validated) {
        this.service = service;
        this.pending = pending;
        this.providers = providers;
        this.session = session;
        this.validated = validated;
    }

    /** Who came, and by which provider. */
    @Schema(
            name = "PendingIdentity",
            requiredProperties = {"provider", "provider_name", "email"})
    public record Pending(
            @Schema(examples = "google") String provider,
            @Schema(examples = "Google") String providerName,
            @Schema(examples = "ada@example.org") String email) {}

    /** The password of the account. */
    @Schema(name = "JoinByPassword")
    public record Password(
            @Schema(examples = "a rather long password", maxLength = 256, format = "password")
            @NotEmpty(message = "is required")
            String password) {

        /** A record would print the password. */
        @Override
        public String toString() {
            return "Password";
        }
    }

    @GET
    @NonBlocking
    @OpenToAll(because = "whoever came by a provider is told what that provider told")
    @Operation(
            operationId = "getPendingIdentity",
            summary = "Who came by a provider?",
            description = "Somebody who came by a provider and whose address has an account proves that account within"
                    + " half an hour, in the same browser.")
    @APIResponse(
            responseCode = "404",
            description = "Nobody, or it is too long ago.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Pending get(@Context RoutingContext routing) {
        ProvedIdentity proved = proved(routing);
        return new Pending(proved.provider(), providers.nameOf(proved.provider()), proved.email());
    }

    @POST
    @Path("/password")
    @OpenToAll(because = "the account's password proves it")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "joinByPassword",
            summary = "Prove the account by its password",
            description = "Connects the provider and signs in. Tries count as those to sign in do.")
    @APIResponse(
            responseCode = "200",
            description = "Connected and signed in.",
            content = @Content(schema = @Schema(implementation = SignInResource.Answer.class)))
    @APIResponse(
            responseCode = "401",
            description = "The password is wrong, or the account's address was never verified.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "Nobody came by a provider, or it is too long ago.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "The account has another identity with this provider.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<RestResponse<SignInResource.Answer>> byPassword(@Context RoutingContext routing, Password body) {
        validated.body(body);
        SignInResource.requirePossible("password", body.password());
        return answer(service.byPassword(proved(routing), body.password(), Client.of(routing)));
    }

    @POST
    @Path("/mail")
    @OpenToAll(because = "the mail goes to the account itself")
    @Operation(
            operationId = "mailJoinLink",
            summary = "Ask for a link that proves the account",
            description = "The link works once, in the browser that asks.")
    @APIResponse(
            responseCode = "202",
            description = "A mail is on its way.",
            content = @Content(schema = @Schema(implementation = MailStatus.class)))
    @APIResponse(
            responseCode = "404",
            description = "Nobody came by a provider, or it is too long ago.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "The account has another address now.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<RestResponse<MailStatus>> mail(@Context RoutingContext routing) {
        return service.mailLink(proved(routing), Client.of(routing)).replaceWith(RestResponse.accepted(SENT));
    }

    @POST
    @Path("/link")
    @OpenToAll(because = "the mailed token proves the account")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "joinByLink",
            summary = "Prove the account by the mailed link",
            description =
                    "Connects the provider and signs in. If the account's address was never verified, its password,"
                            + " which somebody else may have set, works no more.")
    @APIResponse(
            responseCode = "200",
            description = "Connected and signed in.",
            content = @Content(schema = @Schema(implementation = SignInResource.Answer.class)))
    @APIResponse(
            responseCode = "404",
            description = "Nobody came by a provider in this browser, or it is too long ago.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "The account has another identity with this provider.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<RestResponse<SignInResource.Answer>> byLink(
            @Context RoutingContext routing, EmailResource.MailedToken body) {
        validated.body(body);
        return answer(service.byLink(proved(routing), body.token(), Client.of(routing)));
    }

    private Uni<RestResponse<SignInResource.Answer>> answer(Uni<SignedIn> joined) {
        return joined.map(signedIn -> SignInResource.Answer.of(signedIn, session))
                .invoke(response -> response.getHeaders().add(HttpHeaders.SET_COOKIE.toString(), pending.forgotten()));
    }

    private ProvedIdentity proved(RoutingContext routing) {
        ProvedIdentity proved = pending.kept(routing.request().headers().getAll(HttpHeaders.COOKIE));
        if (proved == null) {
            throw ProblemException.of(
                    ProblemCode.NOT_FOUND,
                    "Nobody came by a provider in this browser, or it is too long ago. Sign in with the provider again.");
        }
        return proved;
    }
}
