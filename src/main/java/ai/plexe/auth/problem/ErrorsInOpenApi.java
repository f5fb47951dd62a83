package ai.plexe.auth.problem;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Describes, in the OpenAPI document, what is true of every operation: the key that opens it, the errors it may answer
 * with an example of each, and the headers that come along. Which errors those are follows from its form.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ErrorsInOpenApi implements OASFilter {

    private static final String SCHEME = "apiKey";
    private static final String PROBLEM = "Problem";
    private static final String PATCH = "KeyPatch";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        document.getComponents()
                .addSecurityScheme(
                        SCHEME,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("x-api-key")
                                .description("An API key, such as plx_sk_…"))
                .addSchema(PROBLEM, problemSchema());
        AnswerSchemas.complete(document.getComponents().getSchemas());
        document.getComponents()
                .addSchema(
                        PATCH,
                        AnswerSchemas.patchOf(
                                document.getComponents().getSchemas().get("KeySettings")));
        document.getPaths()
                .getPathItems()
                .forEach((path, item) ->
                        item.getOperations().forEach((method, operation) -> describe(path, method, operation)));
    }

    private static void describe(String path, PathItem.HttpMethod method, Operation operation) {
        operation.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(SCHEME));
        if (method == PathItem.HttpMethod.PATCH) {
            operation
                    .getRequestBody()
                    .getContent()
                    .getMediaTypes()
                    .values()
                    .forEach(type -> type.setSchema(OASFactory.createSchema().ref(PATCH)));
        }
        Map<Integer, List<ProblemCode>> byStatus = new TreeMap<>();
        possible(path, method, operation)
                .forEach(code -> byStatus.computeIfAbsent(code.status(), s -> new ArrayList<>())
                        .add(code));
        byStatus.forEach(
                (status, codes) -> operation.getResponses().addAPIResponse(status.toString(), response(codes)));
    }

    private static List<ProblemCode> possible(String path, PathItem.HttpMethod method, Operation operation) {
        List<ProblemCode> codes = new ArrayList<>(List.of(
                ProblemCode.INVALID_KEY,
                ProblemCode.EXPIRED_KEY,
                ProblemCode.REVOKED_KEY,
                ProblemCode.INSUFFICIENT_PERMISSIONS,
                ProblemCode.IP_NOT_ALLOWED,
                ProblemCode.RATE_LIMIT_EXCEEDED,
                ProblemCode.TEMPORARILY_UNAVAILABLE));
        boolean hasBody = operation.getRequestBody() != null;
        if (hasBody
                || operation.getParameters() != null
                        && !operation.getParameters().isEmpty()) {
            codes.add(ProblemCode.VALIDATION_FAILED);
        }
        if (hasBody) {
            codes.add(ProblemCode.PAYLOAD_TOO_LARGE);
            codes.add(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
        if (path.contains("{")) {
            codes.add(ProblemCode.NOT_FOUND);
            if (hasBody) {
                codes.add(ProblemCode.CONFLICT);
            }
        }
        return codes;
    }

    private static APIResponse response(List<ProblemCode> codes) {
        var content =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM));
        codes.forEach(code ->
                content.addExample(code.wireName(), OASFactory.createExample().value(example(code))));
        return OASFactory.createAPIResponse()
                .description(codes.get(0).title() + (codes.size() > 1 ? ", and the like" : ""))
                .content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, content));
    }

    private static Map<String, Object> example(ProblemCode code) {
        Map<String, Object> example = new TreeMap<>();
        example.put("type", "urn:plexe:problem:" + code.wireName());
        example.put("title", code.title());
        example.put("status", code.status());
        example.put("detail", "What is wrong here, in a sentence.");
        example.put("code", code.wireName());
        example.put("request_id", "req_2hikctdodz90c31k31jfqesc1o");
        switch (code) {
            case VALIDATION_FAILED -> example.put("errors", List.of(Map.of("field", "name", "message", "is required")));
            case INSUFFICIENT_PERMISSIONS -> example.put("required_level", "read_write");
            case RATE_LIMIT_EXCEEDED -> example.put("reset", "2030-01-31T12:00:00Z");
            default -> {}
        }
        return example;
    }

    private static Schema problemSchema() {
        Schema text = OASFactory.createSchema().addType(Schema.SchemaType.STRING);
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description("An error (RFC 9457).")
                .addProperty("type", text)
                .addProperty("title", text)
                .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty(
                        "detail",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.STRING)
                                .description("What is wrong here, in a sentence."))
                .addProperty(
                        "code",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.STRING)
                                .description("Stable; switch on this."))
                .addProperty("request_id", text)
                .addProperty(
                        "errors",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .description("With validation_failed: every field that is wrong.")
                                .items(OASFactory.createSchema()
                                        .addType(Schema.SchemaType.OBJECT)
                                        .addProperty("field", text)
                                        .addProperty("message", text)))
                .addProperty(
                        "required_level",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.STRING)
                                .description("With insufficient_permissions: the level that would do."))
                .addProperty(
                        "reset",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.STRING)
                                .format("date-time")
                                .description("With rate_limit_exceeded: when the next request can pass."));
    }
}
