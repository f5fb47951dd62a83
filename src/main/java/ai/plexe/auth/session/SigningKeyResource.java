package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The keys that sign sessions, rotated by the operator, over HTTP. */
@Path("/auth/signing-keys")
@Tag(name = "Signing keys")
public class SigningKeyResource {

    private final SigningKeys keys;
    private final Operators operators;
    private final AccessLog log;

    SigningKeyResource(SigningKeys keys, Operators operators, AccessLog log) {
        this.keys = keys;
        this.operators = operators;
        this.log = log;
    }

    /** How to rotate. */
    @Schema(name = "SigningKeyRotation")
    public record Rotation(
            @Schema(
                    description =
                            "Whether the keys so far end, on every instance within five seconds, and with them all"
                                    + " sessions: for when one has leaked. Without it they are accepted until no session of"
                                    + " theirs can live.",
                    defaultValue = "false")
            Boolean revoke) {}

    @POST
    @Path("/rotate")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequiresLevel(value = PermissionLevel.ADMIN, recentProof = true)
    @Operation(
            operationId = "rotateSigningKeys",
            summary = "Make a new signing key",
            description =
                    "For administrators of the account that runs the installation. Happens by itself once a month.")
    public Uni<Void> rotate(@Context SecurityContext security, @Context RoutingContext routing, Rotation rotation) {
        boolean revoke = rotation != null && Boolean.TRUE.equals(rotation.revoke());
        Caller caller = Caller.of(security);
        Uni<Void> work = operators
                .require(caller)
                .chain(() -> keys.rotate(revoke))
                .onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> ProblemException.unavailable("The keys could not be rotated just now.", failure));
        return log.noted(work, Event.SIGNING_KEY_ROTATE, caller, Client.of(routing), null);
    }
}
