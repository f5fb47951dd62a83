package ai.plexe.auth.model;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.paging.PageRequest;
import ai.plexe.auth.validation.PlainText;
import ai.plexe.auth.validation.Validated;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.validator.constraints.CodePointLength;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The models of the caller's account: the platform's first protected resource, and the pattern for the next. A method
 * declares the level it needs in one annotation, takes its {@link Caller} from the security context, and scopes every
 * query to the caller's account.
 */
@Path("/models")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Models", description = "The platform's first protected resource.")
public class ModelResource {

    private final ModelService service;
    private final Validated validated;

    ModelResource(ModelService service, Validated validated) {
        this.service = service;
        this.validated = validated;
    }

    /** A model to be made. */
    @Schema(name = "NewModel")
    public record NewModel(
            @Schema(examples = "churn-prediction", minLength = 1, maxLength = 100)
            @NotNull(message = "is required")
            @PlainText
            @CodePointLength(max = 100, message = "may have 100 characters at most")
            String name,

            @Schema(examples = "Who is about to leave?", maxLength = 1000)
            @PlainText
            @CodePointLength(max = 1000, message = "may have 1000 characters at most")
            String description) {}

    @GET
    @RequiresLevel(PermissionLevel.READ_ONLY)
    @Operation(
            operationId = "listModels",
            summary = "List models",
            description = "An array, oldest first. If there are more, a Link header leads to them.")
    @APIResponse(
            responseCode = "200",
            description = "The models.",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ModelDetails.class)),
            headers =
                    @Header(
                            name = HttpHeaders.LINK,
                            description = "Leads to the next page, if there is one (RFC 8288, rel=next).",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            examples = "</models?limit=50&cursor=bWRsXzAx>; rel=\"next\"")))
    public Uni<RestResponse<Buffer>> list(
            @Context SecurityContext security,
            @Parameter(
                            description = "How many at most.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "" + PageRequest.MAX_LIMIT,
                                            defaultValue = "" + PageRequest.DEFAULT_LIMIT))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "From the Link header of the page before.") @QueryParam("cursor") String cursor) {
        PageRequest page = PageRequest.of(limit, cursor, "mdl");
        return service.list(Caller.of(security).accountId(), page).map(told -> {
            RestResponse.ResponseBuilder<Buffer> answer = RestResponse.ResponseBuilder.ok(told.json());
            return told.nextCursor() == null
                    ? answer.build()
                    : answer.header(HttpHeaders.LINK, next(page, told.nextCursor()))
                            .build();
        });
    }

    @POST
    @RequiresLevel(PermissionLevel.READ_WRITE)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "createModel", summary = "Make a model")
    @APIResponse(
            responseCode = "201",
            description = "Made; Location leads to it.",
            headers =
                    @Header(
                            name = HttpHeaders.LOCATION,
                            schema = @Schema(type = SchemaType.STRING, format = "uri-reference")),
            content = @Content(schema = @Schema(implementation = ModelDetails.class)))
    public Uni<RestResponse<ModelDetails>> create(@Context SecurityContext security, NewModel model) {
        validated.body(model);
        return service.create(Caller.of(security).accountId(), model.name(), model.description())
                .map(made -> RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, made)
                        .header(HttpHeaders.LOCATION, "/models/" + made.modelId())
                        .build());
    }

    @GET
    @Path("/{model_id}")
    @RequiresLevel(PermissionLevel.READ_ONLY)
    @Operation(operationId = "getModel", summary = "Get a model")
    public Uni<ModelDetails> get(@Context SecurityContext security, @PathParam("model_id") String modelId) {
        return service.get(Caller.of(security).accountId(), modelId);
    }

    @DELETE
    @Path("/{model_id}")
    @RequiresLevel(PermissionLevel.READ_WRITE)
    @Operation(operationId = "deleteModel", summary = "Delete a model")
    @APIResponse(responseCode = "204", description = "Deleted.")
    public Uni<Void> delete(@Context SecurityContext security, @PathParam("model_id") String modelId) {
        return service.delete(Caller.of(security).accountId(), modelId);
    }

    private static String next(PageRequest page, String cursor) {
        return "</models?limit=" + page.limit() + "&cursor=" + cursor + ">; rel=\"next\"";
    }
}
