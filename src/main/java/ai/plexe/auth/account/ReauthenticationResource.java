package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.session.SessionCookie;
import ai.plexe.auth.validation.Validated;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotEmpty;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** How people prove once more who they are, over HTTP. */
@Path("/auth/session/reauthenticate")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sign-in")
public class ReauthenticationResource {

    private final SignInService service;
    private final SessionCookie cookie;
    private final Validated validated;

    ReauthenticationResource(SignInService service, SessionCookie cookie, Validated validated) {
        this.service = service;
        this.cookie = cookie;
        this.validated = validated;
    }

    /** What the person behind a session proves it with. */
    @Schema(name = "Reauthentication")
    public record Reauthentication(
            @Schema(examples = "a rather long password", maxLength = 256, format = "password")
            @NotEmpty(message = "is required")
            String password) {

        /** A record would print the password. */
        @Override
        public String toString() {
            return "Reauthentication";
        }
    }

    @POST
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "reauthenticate",
            summary = "Prove once more who you are",
            description =
                    "Sensitive actions need a proof of identity that is no older than ten minutes. This renews it in"
                            + " the session that sends it, and answers with that session's next token. Tries count as those to"
                            + " sign in do; a wrong password is answered with 401 invalid_credentials and leaves the session"
                            + " as it is.")
    @APIResponse(
            responseCode = "200",
            description = "The proof is renewed.",
            content = @Content(schema = @Schema(implementation = SignInResource.Answer.class)))
    public Uni<RestResponse<SignInResource.Answer>> reauthenticate(
            @Context SecurityContext security, @Context RoutingContext routing, Reauthentication body) {
        Caller caller = Caller.of(security);
        validated.body(body);
        SignInResource.requirePossible("password", body.password());
        return service.reauthenticate(caller, body.password(), Client.of(routing))
                .map(signedIn -> SignInResource.Answer.of(signedIn, cookie));
    }
}
