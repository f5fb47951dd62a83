package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.validation.EmailAddress;
import ai.plexe.auth.validation.PlainText;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.validator.constraints.CodePointLength;
import org.jboss.resteasy.reactive.RestResponse;

/** How strangers get an account, over HTTP. */
@Path("/auth/signup")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
        name = "Accounts",
        description = "Sign up, verify and change an address, change or reset a password, delete the account.")
public class SignUpResource {

    private static final MailStatus SENT = new MailStatus("verification_sent");

    private final SignUpService service;
    private final Validated validated;

    SignUpResource(SignUpService service, Validated validated) {
        this.service = service;
        this.validated = validated;
    }

    /** What somebody signs up with. */
    @Schema(name = "SignUp")
    public record SignUp(
            @Schema(examples = "ada@example.org", maxLength = 254) @NotNull(message = "is required") @EmailAddress
            String email,

            @Schema(examples = "correct horse battery staple", minLength = 12, maxLength = 256, format = "password")
            @NotNull(message = "is required")
            String password,

            @Schema(examples = "Ada Lovelace", minLength = 1, maxLength = 100)
            @NotNull(message = "is required")
            @PlainText
            @CodePointLength(max = 100, message = "may have 100 characters at most")
            String name,

            @Schema(
                    description = "What the account is called; the person's name by default.",
                    examples = "Analytical Engines",
                    minLength = 1,
                    maxLength = 100,
                    nullable = true)
            @PlainText
            @CodePointLength(max = 100, message = "may have 100 characters at most")
            String accountName) {

        /** A record would print the password. */
        @Override
        public String toString() {
            return "SignUp";
        }
    }

    @POST
    @OpenToAll(because = "whoever signs up has no account yet")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "signUp",
            summary = "Sign up",
            description = "Makes an account with its owner, and mails a link that verifies the address. The answer is"
                    + " the same if the address has an account already, whose owner is told by mail instead."
                    + " Until the address is verified, no API key can be made.")
    @APIResponse(
            responseCode = "202",
            description = "A mail is on its way.",
            content = @Content(schema = @Schema(implementation = MailStatus.class)))
    public Uni<RestResponse<MailStatus>> signUp(@Context RoutingContext routing, SignUp body) {
        service.requireOpen();
        validated.body(body);
        return service.signUp(
                        new SignUpService.Application(body.email(), body.password(), body.name(), body.accountName()),
                        Client.of(routing))
                .replaceWith(RestResponse.accepted(SENT));
    }
}
