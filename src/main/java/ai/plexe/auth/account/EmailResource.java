package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.problem.Problem;
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

/** How people prove and change their address, over HTTP. */
@Path("/auth/email")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
public class EmailResource {

    private static final MailStatus SENT = new MailStatus("verification_sent");
    private static final MailStatus VERIFIED = new MailStatus("verified");
    private static final MailStatus CHANGED = new MailStatus("changed");

    private final SignUpService signUps;
    private final EmailChangeService changes;
    private final Validated validated;

    EmailResource(SignUpService signUps, EmailChangeService changes, Validated validated) {
        this.signUps = signUps;
        this.changes = changes;
        this.validated = validated;
    }

    /** What stands behind {@code #token=} in a mailed link. */
    @Schema(name = "MailedToken")
    public record MailedToken(
            @Schema(
                    description = "What stands behind #token= in the mailed link.",
                    examples = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS9w")
            @NotNull(message = "is required")
            String token) {

        /** A record would print the token. */
        @Override
        public String toString() {
            return "MailedToken";
        }
    }

    /** Whose address is not verified yet. */
    @Schema(name = "UnverifiedEmail")
    public record Unverified(
            @Schema(examples = "ada@example.org", maxLength = 254) @NotNull(message = "is required") @EmailAddress
            String email) {}

    /** The address that somebody wants. */
    @Schema(name = "EmailChange")
    public record EmailChange(
            @Schema(examples = "ada.lovelace@example.org", maxLength = 254)
            @NotNull(message = "is required")
            @EmailAddress
            String newEmail) {}

    @POST
    @Path("/verify")
    @OpenToAll(because = "the mailed token proves whose address it is")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "verifyEmail",
            summary = "Verify an address",
            description = "Takes the token of the mailed link, which works once.")
    public Uni<MailStatus> verify(@Context RoutingContext routing, MailedToken body) {
        validated.body(body);
        return signUps.verify(body.token(), Client.of(routing)).replaceWith(VERIFIED);
    }

    @POST
    @Path("/verification")
    @OpenToAll(because = "whoever has not verified their address can't sign in")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "sendVerification",
            summary = "Send the verification again",
            description = "The link from before works no more. The answer is the same if nobody has the address, or it"
                    + " is verified already.")
    @APIResponse(
            responseCode = "202",
            description = "If somebody has to verify the address, a mail is on its way.",
            content = @Content(schema = @Schema(implementation = MailStatus.class)))
    public Uni<RestResponse<MailStatus>> sendVerification(@Context RoutingContext routing, Unverified body) {
        validated.body(body);
        return signUps.sendAgain(body.email(), Client.of(routing)).replaceWith(RestResponse.accepted(SENT));
    }

    @POST
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true, recentProof = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "askForEmailChange",
            summary = "Ask for another address",
            description = "Mails a link to the new address, and tells the old one. The answer is the same if the new"
                    + " address has an account already. A person with a recent proof of identity only.")
    @APIResponse(
            responseCode = "202",
            description = "A mail is on its way.",
            content = @Content(schema = @Schema(implementation = MailStatus.class)))
    public Uni<RestResponse<MailStatus>> ask(
            @Context SecurityContext security, @Context RoutingContext routing, EmailChange body) {
        Caller caller = Caller.of(security);
        validated.body(body);
        return changes.ask(caller, body.newEmail(), Client.of(routing)).replaceWith(RestResponse.accepted(SENT));
    }

    @POST
    @Path("/change")
    @OpenToAll(because = "the mailed token proves whose address it is")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "changeEmail",
            summary = "Change the address",
            description = "Takes the token of the link that was mailed to the new address, which works once. The old"
                    + " address is told, and all sessions end.")
    @APIResponse(
            responseCode = "409",
            description = "Another account has got the address meanwhile.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<MailStatus> change(@Context RoutingContext routing, MailedToken body) {
        validated.body(body);
        return changes.change(body.token(), Client.of(routing)).replaceWith(CHANGED);
    }
}
