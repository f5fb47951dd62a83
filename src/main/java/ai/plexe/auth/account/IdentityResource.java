package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a person can sign in with, over HTTP. */
@Path("/auth/identities")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Providers")
public class IdentityResource {

    private final IdentityService service;
    private final IdentityProviders providers;

    IdentityResource(IdentityService service, IdentityProviders providers) {
        this.service = service;
        this.providers = providers;
    }

    /** All ways in. */
    @Schema(
            name = "WaysIn",
            requiredProperties = {"has_password", "identities"})
    public record WaysIn(
            @Schema(description = "Whether the person has a password.")
            boolean hasPassword,

            @Schema(description = "Oldest first.") List<Identity> identities) {}

    /** An identity with a provider. */
    @Schema(
            name = "Identity",
            requiredProperties = {
                "identity_id",
                "provider",
                "provider_name",
                "label",
                "enabled",
                "connected_at",
                "last_used_at"
            })
    public record Identity(
            @Schema(examples = "idn_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String identityId,

            @Schema(examples = "github") String provider,
            @Schema(examples = "GitHub") String providerName,

            @Schema(description = "What the provider calls it.", examples = "ada")
            String label,

            @Schema(
                    description =
                            "Whether one can sign in with it: the operator enables the provider, and it is the same.")
            boolean enabled,

            Instant connectedAt,

            @Schema(nullable = true) Instant lastUsedAt) {}

    @GET
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true)
    @Operation(operationId = "listIdentities", summary = "What can I sign in with?")
    public Uni<WaysIn> list(@Context SecurityContext security) {
        return service.waysIn(Caller.of(security))
                .map(ways -> new WaysIn(
                        ways.hasPassword(),
                        ways.identities().stream().map(this::told).toList()));
    }

    private Identity told(FederatedIdentity identity) {
        return new Identity(
                identity.id,
                identity.provider,
                providers.nameOf(identity.provider),
                identity.label,
                providers.isEnabled(identity.provider, identity.issuer),
                identity.createdAt,
                identity.lastUsedAt);
    }

    @DELETE
    @Path("/{identity_id}")
    @RequiresLevel(value = PermissionLevel.READ_ONLY, sessionOnly = true, recentProof = true)
    @Operation(
            operationId = "disconnectIdentity",
            summary = "Disconnect a provider",
            description = "Never the last way in. A person with a recent proof of identity only, who is told by mail.")
    @APIResponse(
            responseCode = "409",
            description = "The person has no other way in.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Uni<Void> disconnect(
            @Context SecurityContext security,
            @Context RoutingContext routing,
            @PathParam("identity_id") String identityId) {
        return service.disconnect(Caller.of(security), identityId, Client.of(routing));
    }
}
