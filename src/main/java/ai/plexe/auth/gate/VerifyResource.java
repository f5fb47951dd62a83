package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Answers for a gateway or another service: may the request that carries this credential pass? */
@Path("/auth/verify")
@Tag(name = "Forward-auth", description = "One sub-request tells a gateway who a request comes from.")
public class VerifyResource {

    private static final String BECAUSE = "it judges the credential itself, at a level that the request decides";
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final CharSequence ACCOUNT_ID = HttpHeaders.createOptimized("X-Auth-Account-Id");
    private static final CharSequence KEY_ID = HttpHeaders.createOptimized("X-Auth-Key-Id");
    private static final CharSequence LEVEL = HttpHeaders.createOptimized("X-Auth-Permission-Level");

    private final Gatekeeper gatekeeper;

    VerifyResource(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    @GET
    @OpenToAll(because = BECAUSE)
    @Operation(
            operationId = "verify",
            summary = "May this request pass?",
            description =
                    "Reads the API key of the original request. Reading methods need read_only, others read_write,"
                            + " unless level says otherwise. The original method is X-Forwarded-Method or, without it, the method"
                            + " of this request; every method is answered alike.")
    @APIResponse(
            responseCode = "200",
            description = "It may; the headers tell who it is.",
            headers = {
                @Header(name = "X-Auth-Account-Id", schema = @Schema(type = SchemaType.STRING)),
                @Header(name = "X-Auth-Key-Id", schema = @Schema(type = SchemaType.STRING)),
                @Header(name = "X-Auth-Permission-Level", schema = @Schema(implementation = PermissionLevel.class))
            })
    public Uni<RestResponse<Void>> get(
            HttpServerRequest request,
            @Parameter(
                            description = "The level that the request needs, whatever its method.",
                            schema = @Schema(implementation = PermissionLevel.class))
                    @QueryParam("level")
                    String level) {
        return verify(request, level);
    }

    @HEAD
    @OpenToAll(because = BECAUSE)
    @Operation(hidden = true)
    public Uni<RestResponse<Void>> head(HttpServerRequest request, @QueryParam("level") String level) {
        return verify(request, level);
    }

    @OPTIONS
    @OpenToAll(because = BECAUSE)
    @Operation(hidden = true)
    public Uni<RestResponse<Void>> options(HttpServerRequest request, @QueryParam("level") String level) {
        return verify(request, level);
    }

    @POST
    @OpenToAll(because = BECAUSE)
    @Operation(hidden = true)
    public Uni<RestResponse<Void>> post(HttpServerRequest request, @QueryParam("level") String level) {
        return verify(request, level);
    }

    @PUT
    @OpenToAll(because = BECAUSE)
    @Operation(hidden = true)
    public Uni<RestResponse<Void>> put(HttpServerRequest request, @QueryParam("level") String level) {
        return verify(request, level);
    }

    @PATCH
    @OpenToAll(because = BECAUSE)
    @Operation(hidden = true)
    public Uni<RestResponse<Void>> patch(HttpServerRequest request, @QueryParam("level") String level) {
        return verify(request, level);
    }

    @DELETE
    @OpenToAll(because = BECAUSE)
    @Operation(hidden = true)
    public Uni<RestResponse<Void>> delete(HttpServerRequest request, @QueryParam("level") String level) {
        return verify(request, level);
    }

    private Uni<RestResponse<Void>> verify(HttpServerRequest request, String level) {
        return gatekeeper
                .admit(request, level == null ? neededBy(request) : named(level))
                .map(caller -> tell(caller, request.response()));
    }

    private static PermissionLevel neededBy(HttpServerRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Method");
        String method = forwarded == null ? request.method().name() : forwarded;
        return READS.contains(method) ? PermissionLevel.READ_ONLY : PermissionLevel.READ_WRITE;
    }

    private static PermissionLevel named(String level) {
        try {
            return PermissionLevel.of(level);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("level", e.getMessage());
        }
    }

    private static RestResponse<Void> tell(Caller caller, HttpServerResponse response) {
        response.putHeader(ACCOUNT_ID, caller.accountId())
                .putHeader(KEY_ID, caller.keyId())
                .putHeader(LEVEL, caller.level().wireName());
        return RestResponse.ok();
    }
}
