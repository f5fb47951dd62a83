package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Answers for a gateway or another service: may the request that carries this credential pass? */
@Path("/auth/verify")
@NonBlocking
@Tag(name = "Forward-auth", description = "One sub-request tells a gateway who a request comes from.")
public class VerifyResource {

    private static final CharSequence ACCOUNT_ID = HttpHeaders.createOptimized("X-Auth-Account-Id");
    private static final CharSequence KEY_ID = HttpHeaders.createOptimized("X-Auth-Key-Id");
    private static final CharSequence LEVEL = HttpHeaders.createOptimized("X-Auth-Permission-Level");

    @GET
    @RequiresLevelOfRequest
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
    @Parameter(
            name = "level",
            in = ParameterIn.QUERY,
            description = "The level that the request needs, whatever its method.",
            schema = @Schema(implementation = PermissionLevel.class))
    public RestResponse<Void> get(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    @HEAD
    @RequiresLevelOfRequest
    @Operation(hidden = true)
    public RestResponse<Void> head(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    @OPTIONS
    @RequiresLevelOfRequest
    @Operation(hidden = true)
    public RestResponse<Void> options(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    @POST
    @RequiresLevelOfRequest
    @Operation(hidden = true)
    public RestResponse<Void> post(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    @PUT
    @RequiresLevelOfRequest
    @Operation(hidden = true)
    public RestResponse<Void> put(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    @PATCH
    @RequiresLevelOfRequest
    @Operation(hidden = true)
    public RestResponse<Void> patch(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    @DELETE
    @RequiresLevelOfRequest
    @Operation(hidden = true)
    public RestResponse<Void> delete(HttpServerResponse response, @Context SecurityContext security) {
        return tell(Caller.of(security), response);
    }

    private static RestResponse<Void> tell(Caller caller, HttpServerResponse response) {
        response.putHeader(ACCOUNT_ID, caller.accountId())
                .putHeader(KEY_ID, caller.keyId())
                .putHeader(LEVEL, caller.level().wireName());
        return RestResponse.ok();
    }
}
