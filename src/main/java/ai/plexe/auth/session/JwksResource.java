package ai.plexe.auth.session;

import ai.plexe.auth.access.OpenToAll;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;

/** The public halves of the keys that sign sessions, for whoever verifies them (RFC 7517). */
@Path("/.well-known/jwks.json")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Signing keys", description = "What other services verify sessions with.")
public class JwksResource {

    private final SigningKeys keys;
    private final Clock clock;

    JwksResource(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** The keys of which tokens are accepted. */
    @Schema(
            name = "JsonWebKeySet",
            requiredProperties = {"keys"})
    public record KeySet(List<Map<String, Object>> keys) {}

    @GET
    @OpenToAll(because = "public keys are for everybody")
    @Operation(
            operationId = "getSigningKeys",
            summary = "Public keys",
            description = "A JSON Web Key Set: sessions are JWTs signed with ES256, for any stock library to verify.")
    public KeySet published(@Context RoutingContext routing) {
        routing.response().putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=300");
        List<Map<String, Object>> published = keys.ring().keys().stream()
                .filter(key -> key.isAccepted(clock.instant()))
                .map(JwksResource::publicHalf)
                .toList();
        return new KeySet(published);
    }

    private static Map<String, Object> publicHalf(KeyRing.Key key) {
        EllipticCurveJsonWebKey jwk = new EllipticCurveJsonWebKey(key.publicKey());
        jwk.setKeyId(key.id());
        jwk.setAlgorithm("ES256");
        jwk.setUse("sig");
        return jwk.toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }
}
