package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.validation.PlainText;
import ai.plexe.auth.validation.Validated;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.validator.constraints.CodePointLength;

/** The caller's account, over HTTP. */
@Path("/auth/account")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts")
public class AccountResource {

    private final AccountService service;
    private final AccountDeletionService deletion;
    private final Validated validated;

    AccountResource(AccountService service, AccountDeletionService deletion, Validated validated) {
        this.service = service;
        this.deletion = deletion;
        this.validated = validated;
    }

    /** An account, as it is told. */
    @Schema(
            name = "Account",
            requiredProperties = {"account_id", "name", "created_at", "user"})
    public record AccountAnswer(
            @Schema(examples = "acc_01m83jjgq6ep48tmt54jdaagj4")
            String accountId,

            @Schema(examples = "Analytical Engines") String name,
            Instant createdAt,

            @Schema(description = "The caller; for an API key the account's owner, if there is one.", nullable = true)
            UserAnswer user) {}

    /** A person, as they are told. */
    @Schema(
            name = "User",
            requiredProperties = {"user_id", "email", "name", "role", "email_verified", "email_verified_at"})
    public record UserAnswer(
            @Schema(examples = "usr_01m83jjgq6ep48tmt54jdaagj4")
            String userId,

            @Schema(examples = "ada@example.org") String email,
            @Schema(examples = "Ada Lovelace") String name,
            @Schema(examples = "owner") String role,
            boolean emailVerified,
            @Schema(nullable = true) Instant emailVerifiedAt) {}

    /** Other names. */
    @Schema(name = "AccountChange")
    public record AccountChange(
            @Schema(examples = "Analytical Engines", minLength = 1, maxLength = 100)
            @PlainText
            @CodePointLength(max = 100, message = "may have 100 characters at most")
            String name,

            @Valid UserChange user) {}

    /** Another name of the person who asks. */
    @Schema(name = "UserChange")
    public record UserChange(
            @Schema(examples = "Ada Lovelace", minLength = 1, maxLength = 100)
            @PlainText
            @CodePointLength(max = 100, message = "may have 100 characters at most")
            String name) {}

    /** What shows that the deletion is meant. */
    @Schema(name = "AccountDeletion")
    public record Deletion(
            @Schema(description = "The account's name, or your e-mail address.", examples = "Analytical Engines")
            @NotNull(message = "is required")
            String confirm) {}

    @GET
    @RequiresLevel(PermissionLevel.READ_ONLY)
    @Operation(
            operationId = "getAccount",
            summary = "Get the account",
            description = "For people, and for API keys of level admin.")
    public Uni<AccountAnswer> get(@Context SecurityContext security) {
        Caller caller = Caller.of(security);
        if (caller.userId() == null && !caller.level().covers(PermissionLevel.ADMIN)) {
            throw ProblemException.insufficientPermissions(
                    PermissionLevel.ADMIN.wireName(), "Who is in the account is told to people and admin keys.");
        }
        return service.details(caller).map(AccountResource::answer);
    }

    @PATCH
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "changeAccount",
            summary = "Change names",
            description = "Of the account, by its owner, and of the person who asks. What is left out stays.")
    public Uni<AccountAnswer> change(
            @Context SecurityContext security, @Context RoutingContext routing, AccountChange body) {
        Caller caller = Caller.of(security);
        validated.body(body);
        if (body.name() != null && !caller.level().covers(PermissionLevel.ADMIN)) {
            throw ProblemException.insufficientPermissions(
                    PermissionLevel.ADMIN.wireName(), "The account is named by its owner.");
        }
        return service.rename(
                        caller,
                        body.name(),
                        body.user() == null ? null : body.user().name(),
                        Client.of(routing))
                .map(AccountResource::answer);
    }

    @DELETE
    @RequiresLevel(value = PermissionLevel.ADMIN, sessionOnly = true, recentProof = true)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "deleteAccount",
            summary = "Delete the account",
            description =
                    "For good: its keys are revoked and its sessions ended on every instance when it is answered, its"
                            + " models and what was known of people are gone. Its access log follows within minutes, but for"
                            + " what tells of the deletion and of later tries to use its keys and sessions: that goes when"
                            + " every entry of its age does. Its owner with a recent proof of identity only; the account that"
                            + " runs the installation can't be deleted.")
    @APIResponse(responseCode = "204", description = "Deleted.")
    @APIResponse(
            responseCode = "409",
            description = "The account runs the installation.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<Void> delete(@Context SecurityContext security, @Context RoutingContext routing, Deletion body) {
        Caller caller = Caller.of(security);
        validated.body(body);
        return deletion.delete(caller, body.confirm(), Client.of(routing));
    }

    private static AccountAnswer answer(AccountDetails account) {
        return new AccountAnswer(account.accountId(), account.name(), account.createdAt(), answer(account.user()));
    }

    private static UserAnswer answer(AccountDetails.UserDetails user) {
        return user == null
                ? null
                : new UserAnswer(
                        user.userId(),
                        user.email(),
                        user.name(),
                        user.role(),
                        user.emailVerifiedAt() != null,
                        user.emailVerifiedAt());
    }
}
