package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.problem.Problem;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Answers for a gateway or another service: may the request that carries this credential pass? */
@Path(VerifyResource.PATH)
@NonBlocking
@Tag(name = "Forward-auth", description = "One sub-request tells a gateway who a request comes from.")
public class VerifyResource {

    static final String PATH = "/auth/verify";

    private static final CharSequence ACCOUNT_ID = HttpHeaders.createOptimized("X-Auth-Account-Id");
    private static final CharSequence KEY_ID = HttpHeaders.createOptimized("X-Auth-Key-Id");
    private static final CharSequence USER_ID = HttpHeaders.createOptimized("X-Auth-User-Id");
    private static final CharSequence PERMISSION_LEVEL = HttpHeaders.createOptimized("X-Auth-Permission-Level");

    @GET
    @RequiresLevelOfRequest
    @Operation(
            operationId = "verify",
            summary = "May this request pass?",
            description =
                    "For Traefik's ForwardAuth, Caddy's forward_auth and whoever else asks; any method. Reads the API key or the"
                            + " session of the original request. Reading methods need read_only, others read_write,"
                            + " unless level says otherwise. Of this request's method and X-Forwarded-Method the stricter"
                            + " counts, so a gateway that always asks with GET must overwrite X-Forwarded-Method."
                            + " X-Forwarded-Uri is what the access log tells.")
    @APIResponse(
            responseCode = "200",
            description = "It may; the headers tell who it is.",
            headers = {
                @Header(name = "X-Auth-Account-Id", schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "X-Auth-Key-Id",
                        description = "Of a program.",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "X-Auth-User-Id",
                        description = "Of a person.",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(name = "X-Auth-Permission-Level", schema = @Schema(implementation = PermissionLevel.class))
            })
    @Parameter(
            name = "level",
            in = ParameterIn.QUERY,
            description = "The level that the request needs, whatever its method.",
            schema = @Schema(implementation = PermissionLevel.class))
    @ResponseStatus(200)
    public void verify(@Context SecurityContext security, @Context HttpServerResponse response) {
        identify(Caller.of(security), response);
    }

    @GET
    @Path("/nginx")
    @RequiresLevelOfRequest
    @Operation(
            operationId = "verifyForNginx",
            summary = "May this request pass? As nginx asks",
            description =
                    "For auth_request, whose configuration must set X-Original-Method and X-Original-URI. As above, but"
                            + " that every refusal is a 401 or a 403: X-Auth-Status has its true status, X-Auth-Error its code"
                            + " and X-Auth-Problem its body, from which the configuration makes the answer.")
    @APIResponse(
            responseCode = "200",
            description = "It may; the headers tell who it is, as above.",
            headers = @Header(name = "X-Auth-Account-Id", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(
            responseCode = "403",
            description = "It may not, for whatever reason but its credential.",
            headers = {
                @Header(name = "X-Auth-Status", schema = @Schema(type = SchemaType.INTEGER)),
                @Header(name = "X-Auth-Error", schema = @Schema(type = SchemaType.STRING)),
                @Header(name = "X-Auth-Problem", schema = @Schema(type = SchemaType.STRING))
            },
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "rate_limit_exceeded", value = """
                                                    {"type": "urn:plexe:problem:rate_limit_exceeded",
                                                     "title": "Rate limit exceeded", "status": 429,
                                                     "detail": "This key has used up its requests for now.",
                                                     "code": "rate_limit_exceeded",
                                                     "request_id": "req_2hikctdodz90c31k31jfqesc1o",
                                                     "reset": "2030-01-31T11:00:30Z"}""")))
    @Parameter(
            name = "level",
            in = ParameterIn.QUERY,
            description = "The level that the request needs, whatever its method.",
            schema = @Schema(implementation = PermissionLevel.class))
    @ResponseStatus(200)
    public void verifyForNginx(@Context SecurityContext security, @Context HttpServerResponse response) {
        identify(Caller.of(security), response);
    }

    @GET
    @Path("/envoy")
    @RequiresLevelOfRequest
    @Operation(
            operationId = "verifyForEnvoy",
            summary = "May this request pass? As Envoy asks",
            description =
                    "For ext_authz over HTTP with this path as path_prefix: any method, and whatever path and query Envoy"
                            + " appends, by which nothing is decided.")
    @APIResponse(
            responseCode = "200",
            description = "It may; the headers tell who it is, as above.",
            headers = @Header(name = "X-Auth-Account-Id", schema = @Schema(type = SchemaType.STRING)))
    @ResponseStatus(200)
    public void verifyForEnvoy(@Context SecurityContext security, @Context HttpServerResponse response) {
        identify(Caller.of(security), response);
    }

    private static void identify(Caller caller, HttpServerResponse response) {
        response.putHeader(ACCOUNT_ID, caller.accountId())
                .putHeader(caller.isPerson() ? USER_ID : KEY_ID, caller.isPerson() ? caller.userId() : caller.keyId())
                .putHeader(PERMISSION_LEVEL, caller.level().wireName());
    }
}
