package ai.plexe.auth.openapi;

import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.problem.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * The key that opens every operation, unless it declares that none is needed, and the errors it may answer with an
 * example of each. Which errors those are follows from its form; what it declares itself is left as it is.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ErrorResponses implements OASFilter {

    private static final String SCHEME = "apiKey";
    private static final String PROBLEM = "Problem";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents()
                .addSecurityScheme(
                        SCHEME,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("x-api-key")
                                .description("An API key, such as plx_sk_…"));
        document.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations().values().forEach(operation -> describe(path, operation)));
    }

    private static void describe(String path, Operation operation) {
        if (!isOpenToAll(operation)) {
            operation.addSecurityRequirement(
                    OASFactory.createSecurityRequirement().addScheme(SCHEME));
        }
        Map<Integer, List<ProblemCode>> byStatus = new TreeMap<>();
        possible(path, operation)
                .forEach(code -> byStatus.computeIfAbsent(code.status(), s -> new ArrayList<>())
                        .add(code));
        byStatus.forEach((status, codes) -> {
            if (!operation.getResponses().hasAPIResponse(status.toString())) {
                operation.getResponses().addAPIResponse(status.toString(), response(codes));
            }
        });
    }

    /** An empty list is the declaration that nothing is needed. */
    static boolean isOpenToAll(Operation operation) {
        return operation.getSecurity() != null && operation.getSecurity().isEmpty();
    }

    private static List<ProblemCode> possible(String path, Operation operation) {
        List<ProblemCode> codes =
                new ArrayList<>(List.of(ProblemCode.RATE_LIMIT_EXCEEDED, ProblemCode.TEMPORARILY_UNAVAILABLE));
        if (!isOpenToAll(operation)) {
            codes.addAll(List.of(
                    ProblemCode.INVALID_KEY,
                    ProblemCode.EXPIRED_KEY,
                    ProblemCode.REVOKED_KEY,
                    ProblemCode.INSUFFICIENT_PERMISSIONS,
                    ProblemCode.IP_NOT_ALLOWED));
        }
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
        MediaType content =
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
}
