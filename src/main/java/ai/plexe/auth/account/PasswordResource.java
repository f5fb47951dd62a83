package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.session.SessionCookie;
import ai.plexe.auth.validation.EmailAddress;
import ai.plexe.auth.validation.Validated;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotNull;
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

/** How people change or reset their password, over HTTP. */
@Path("/auth/password")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
public class PasswordResource {

    private static final MailStatus SENT = new MailStatus("reset_sent");
    private static final MailStatus CHANGED = new MailStatus("changed");

    private final PasswordChangeService service;
    private final SessionCookie cookie;
    private final Validated validated;

    PasswordResource(PasswordChangeService service, SessionCookie cookie, Validated validated) {
        this.service = service;
        this.cookie = cookie;
        this.validated = validated;
    }

    /** From the present password to another one. */
    @Schema(name = "PasswordChange")
    public record PasswordChange(
            @Schema(format = "password", examples = "correct horse battery staple") @NotNull(message = "is required")
            String currentPassword,

            @Schema(format = "password", examples = "a much better one, this", minLength = 12, maxLength = 256)
            @NotNull(message = "is required")
            String newPassword) {

        /** A record would print both passwords. */
        @Override
        public String toString() {
            return "PasswordChange";
        }
    }

    /** Whose password is forgotten. */
    @Schema(name = "ForgottenPassword")
    public record ForgottenPassword(
            @Schema(examples = "ada@example.org", maxLength = 254) @NotNull(message = "is required") @EmailAddress
            String email) {}

    /** A new password, with the token of a mailed link. */
    @Schema(name = "PasswordReset")
    public record PasswordReset(
            @Schema(
                    description = "What stands behind #token= in the mailed link.",
                    examples = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS9w")
            @NotNull(message = "is required")
            String token,

            @Schema(format = "password", examples = "a much better one, this", minLength = 12, maxLength = 256)
            @NotNull(message = "is required")
            String newPassword) {

        /** A record would print the token and the password. */
        @Override
        public String toString() {
            return "PasswordReset";
        }
    }

    @POST
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true, recentProof = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "changePassword",
            summary = "Change the password",
            description =
                    "All other sessions of the person end at once, and links that were mailed for a new password or"
                            + " address work no more. A person with a recent proof of identity only.")
    @APIResponse(
            responseCode = "409",
            description = "The person has no password yet, or it was changed meanwhile.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<MailStatus> change(
            @Context SecurityContext security, @Context RoutingContext routing, PasswordChange body) {
        Caller caller = Caller.of(security);
        validated.body(body);
        SignInResource.requirePossible("current_password", body.currentPassword());
        return service.change(caller, body.currentPassword(), body.newPassword(), Client.of(routing))
                .replaceWith(CHANGED);
    }

    @POST
    @Path("/forgot")
    @OpenToAll(because = "whoever forgot their password can't sign in")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "forgotPassword",
            summary = "Ask for a new password",
            description = "Mails a link that sets a new password. The answer is the same if nobody has the address.")
    @APIResponse(
            responseCode = "202",
            description = "If somebody has the address, a mail is on its way.",
            content = @Content(schema = @Schema(implementation = MailStatus.class)))
    public Uni<RestResponse<MailStatus>> forgot(@Context RoutingContext routing, ForgottenPassword body) {
        validated.body(body);
        return service.forgot(body.email(), Client.of(routing)).replaceWith(RestResponse.accepted(SENT));
    }

    @POST
    @Path("/reset")
    @OpenToAll(because = "the mailed token proves who it is")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "resetPassword",
            summary = "Set a new password",
            description =
                    "Takes the token of the mailed link, which works once. All sessions end, the address counts as"
                            + " verified, and the person is signed in.")
    @APIResponse(
            responseCode = "200",
            description = "The password is set, and a session open.",
            content = @Content(schema = @Schema(implementation = SignInResource.Answer.class)))
    public Uni<RestResponse<SignInResource.Answer>> reset(@Context RoutingContext routing, PasswordReset body) {
        validated.body(body);
        return service.reset(body.token(), body.newPassword(), Client.of(routing))
                .map(signedIn -> SignInResource.Answer.of(signedIn, cookie));
    }
}
