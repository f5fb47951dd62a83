package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;

/** The keys that sign sessions: published for all, rotated by the operator, over HTTP. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Signing keys", description = "What other services verify sessions with.")
public class SigningKeyResource {

    private final SigningKeys keys;
    private final Operators operators;
    private final Clock clock;

    SigningKeyResource(SigningKeys keys, Operators operators, Clock clock) {
        this.keys = keys;
        this.operators = operators;
        this.clock = clock;
    }

    /** How to rotate. */
    @Schema(name = "SigningKeyRotation")
    public record Rotation(
            @Schema(
                    description = "Whether the keys so far end at once, and with them all sessions: for when one has"
                            + " leaked. Without it they are accepted until no session of theirs can live.",
                    defaultValue = "false")
            Boolean revoke) {}

    /** The keys of which tokens are accepted, public halves only (RFC 7517). */
    @Schema(
            name = "JsonWebKeySet",
            requiredProperties = {"keys"})
    public record KeySet(List<Map<String, Object>> keys) {}

    @GET
    @Path(".well-known/jwks.json")
    @OpenToAll(because = "public keys are for everybody")
    @Operation(
            operationId = "getSigningKeys",
            summary = "Public keys",
            description = "A JSON Web Key Set: sessions are JWTs signed with ES256, for any stock library to verify.")
    public RestResponse<KeySet> published() {
        List<Map<String, Object>> published = keys.ring().keys().stream()
                .filter(key -> key.isAccepted(clock.instant()))
                .map(SigningKeyResource::publicHalf)
                .toList();
        return RestResponse.ResponseBuilder.ok(new KeySet(published))
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    private static Map<String, Object> publicHalf(KeyRing.Key key) {
        EllipticCurveJsonWebKey jwk = new EllipticCurveJsonWebKey(key.publicKey());
        jwk.setKeyId(key.id());
        jwk.setAlgorithm("ES256");
        jwk.setUse("sig");
        return jwk.toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    @POST
    @Path("auth/signing-keys/rotate")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequiresLevel(value = PermissionLevel.ADMIN, recentProof = true)
    @Operation(
            operationId = "rotateSigningKeys",
            summary = "Make a new signing key",
            description =
                    "For administrators of the account that runs the installation. Happens by itself once a month.")
    public Uni<KeySet> rotate(@Context SecurityContext security, Rotation rotation) {
        boolean revoke = rotation != null && Boolean.TRUE.equals(rotation.revoke());
        return operators
                .require(Caller.of(security))
                .chain(() -> keys.rotate(revoke))
                .onFailure(failure -> !(failure instanceof ProblemException))
                .transform(failure -> ProblemException.unavailable("The keys could not be rotated just now.", failure))
                .map(done -> published().getEntity());
    }
}
