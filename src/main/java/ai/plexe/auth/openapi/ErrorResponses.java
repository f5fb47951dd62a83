package ai.plexe.auth.openapi;

import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.access.RequiresLevel;
import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.problem.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/**
 * What opens every operation, as its method's {@link RequiresLevel} and the like declare, and the errors it may answer
 * with an example of each. Which errors those are follows from its form; what it declares itself is left as it is.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ErrorResponses implements OASFilter {

    private static final String API_KEY = "apiKey";
    private static final String SESSION = "session";
    private static final String PROBLEM = "Problem";
    private static final String FORWARD_AUTH = "/auth/verify";
    private static final String NGINX = FORWARD_AUTH + "/nginx";
    private static final Set<Integer> UNDERSTOOD_BY_NGINX = Set.of(401, 403);

    private final Map<String, Access> accesses;

    /** Reads what each operation declares, by its id. An index of several parts may tell of a method twice. */
    public ErrorResponses(IndexView index) {
        this.accesses = index.getAnnotations(org.eclipse.microprofile.openapi.annotations.Operation.class).stream()
                .filter(operation -> operation.value("operationId") != null)
                .collect(Collectors.toMap(
                        operation -> operation.value("operationId").asString(),
                        operation -> Access.of(operation.target().asMethod()),
                        (access, again) -> access));
    }

    /** What opens an operation. */
    private record Access(boolean byKey, boolean bySession, boolean recentProof) {

        private static final Access OPEN = new Access(false, false, false);

        /** Of a gateway's question, which is no method, but described in a file. */
        private static final Access WITH_ANY_CREDENTIAL = new Access(true, true, false);

        static Access of(MethodInfo method) {
            if (method.hasAnnotation(OpenToAll.class)) {
                return OPEN;
            }
            AnnotationInstance required = method.annotation(RequiresLevel.class);
            return new Access(!isSet(required, "sessionOnly"), true, isSet(required, "recentProof"));
        }

        private static boolean isSet(AnnotationInstance required, String member) {
            return required != null
                    && required.value(member) != null
                    && required.value(member).asBoolean();
        }
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents()
                .addSecurityScheme(
                        SESSION,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .bearerFormat("JWT")
                                .description("A session's access token; browsers send it as a cookie instead."))
                .addSecurityScheme(
                        API_KEY,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("x-api-key")
                                .description("An API key, such as plx_sk_…"));
        document.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations().values().forEach(operation -> describe(path, operation)));
    }

    private void describe(String path, Operation operation) {
        Access access =
                path.startsWith(FORWARD_AUTH) ? Access.WITH_ANY_CREDENTIAL : accesses.get(operation.getOperationId());
        operation.setSecurity(Stream.of(API_KEY, SESSION)
                .filter(scheme -> scheme.equals(API_KEY) ? access.byKey() : access.bySession())
                .map(scheme -> OASFactory.createSecurityRequirement().addScheme(scheme))
                .toList());
        Map<Integer, List<ProblemCode>> byStatus = new TreeMap<>();
        possible(path, operation, access)
                .forEach(code -> byStatus.computeIfAbsent(code.status(), s -> new ArrayList<>())
                        .add(code));
        if (path.equals(NGINX)) {
            byStatus.keySet().retainAll(UNDERSTOOD_BY_NGINX);
        }
        byStatus.forEach((status, codes) -> {
            if (!operation.getResponses().hasAPIResponse(status.toString())) {
                operation.getResponses().addAPIResponse(status.toString(), response(codes));
            }
        });
    }

    /** Whether an API key opens it, so that answers tell the key's quota. */
    static boolean takesKeys(Operation operation) {
        return operation.getSecurity().stream().anyMatch(requirement -> requirement.hasScheme(API_KEY));
    }

    private static List<ProblemCode> possible(String path, Operation operation, Access access) {
        List<ProblemCode> codes =
                new ArrayList<>(List.of(ProblemCode.RATE_LIMIT_EXCEEDED, ProblemCode.TEMPORARILY_UNAVAILABLE));
        if (access.byKey()) {
            codes.addAll(List.of(
                    ProblemCode.INVALID_KEY,
                    ProblemCode.EXPIRED_KEY,
                    ProblemCode.REVOKED_KEY,
                    ProblemCode.IP_NOT_ALLOWED));
        }
        if (access.bySession()) {
            codes.addAll(List.of(
                    ProblemCode.INVALID_SESSION,
                    ProblemCode.SESSION_EXPIRED,
                    ProblemCode.INSUFFICIENT_PERMISSIONS,
                    ProblemCode.CROSS_SITE_REQUEST));
        }
        if (access.recentProof()) {
            codes.add(ProblemCode.REAUTHENTICATION_REQUIRED);
            if (access.byKey()) {
                codes.add(ProblemCode.EMAIL_NOT_VERIFIED);
            }
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
        boolean hasId = path.contains("{");
        if (hasId || asksForKey(operation)) {
            codes.add(ProblemCode.NOT_FOUND);
        }
        if (hasId && hasBody) {
            codes.add(ProblemCode.CONFLICT);
        }
        return codes;
    }

    private static boolean asksForKey(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(parameter -> "key_id".equals(parameter.getName()));
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
            case VALIDATION_FAILED ->
                example.put("errors", List.of(new TreeMap<>(Map.of("field", "name", "message", "is required"))));
            case INSUFFICIENT_PERMISSIONS -> example.put("required_level", "read_write");
            case RATE_LIMIT_EXCEEDED -> example.put("reset", "2030-01-31T12:00:00Z");
            default -> {}
        }
        return example;
    }
}
