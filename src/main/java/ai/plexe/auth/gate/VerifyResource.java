package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
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
import org.jboss.resteasy.reactive.ResponseStatus;

/** Answers for a gateway or another service: may the request that carries this credential pass? */
@Path(VerifyResource.PATH)
@NonBlocking
@Tag(name = "Forward-auth", description = "One sub-request tells a gateway who a request comes from.")
public class VerifyResource {

    static final String PATH = "/auth/verify";

    private static final int AFTER_MARKING = 8_500;
    private static final String FORWARDED_METHOD = "X-Forwarded-Method";
    private static final CharSequence ACCOUNT_ID = HttpHeaders.createOptimized("X-Auth-Account-Id");
    private static final CharSequence KEY_ID = HttpHeaders.createOptimized("X-Auth-Key-Id");
    private static final CharSequence USER_ID = HttpHeaders.createOptimized("X-Auth-User-Id");
    private static final CharSequence PERMISSION_LEVEL = HttpHeaders.createOptimized("X-Auth-Permission-Level");

    /** Every method, known or not, is answered as GET; the one it came with still counts for the level. */
    void register(@Observes Filters filters) {
        filters.register(VerifyResource::takeAnyMethod, AFTER_MARKING);
    }

    private static void takeAnyMethod(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.method() == HttpMethod.GET || !request.path().equals(PATH)) {
            routing.next();
            return;
        }
        request.headers().add(FORWARDED_METHOD, request.method().name());
        routing.reroute(HttpMethod.GET, request.uri());
    }

    @GET
    @RequiresLevelOfRequest
    @Operation(
            operationId = "verify",
            summary = "May this request pass?",
            description =
                    "Reads the API key or the session of the original request. Reading methods need read_only, others read_write,"
                            + " unless level says otherwise. Of this request's method and X-Forwarded-Method the stricter"
                            + " counts, so a gateway that always asks with GET must overwrite X-Forwarded-Method.")
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
        Caller caller = Caller.of(security);
        response.putHeader(ACCOUNT_ID, caller.accountId())
                .putHeader(caller.isPerson() ? USER_ID : KEY_ID, caller.isPerson() ? caller.userId() : caller.keyId())
                .putHeader(PERMISSION_LEVEL, caller.level().wireName());
    }
}
