package ai.plexe.auth.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.math.BigDecimal;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The headers that answers carry, by their status. Comes after {@link ErrorResponses}, to describe its errors too. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD, priority = ResponseHeaders.AFTER_ERRORS)
public final class ResponseHeaders implements OASFilter {

    static final int AFTER_ERRORS = 0;

    private static final String REQUEST_ID = "X-Request-Id";
    private static final String RETRY_AFTER = "Retry-After";
    private static final String CHALLENGE = "WWW-Authenticate";
    private static final String POLICY = "RateLimit-Policy";
    private static final String STATE = "RateLimit";
    private static final String LIMIT = "X-RateLimit-Limit";
    private static final String REMAINING = "X-RateLimit-Remaining";
    private static final String RESET = "X-RateLimit-Reset";

    /** Answered before the key is judged, or because it can't be. */
    private static final Set<String> WITHOUT_QUOTA = Set.of("413", "503");

    private static final Set<String> WORTH_ANOTHER_TRY = Set.of("429", "503");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        describe(document.getComponents());
        document.getPaths().getPathItems().values().stream()
                .flatMap(item -> item.getOperations().values().stream())
                .forEach(operation -> operation
                        .getResponses()
                        .getAPIResponses()
                        .forEach((status, response) -> refer(status, response, ErrorResponses.takesKeys(operation))));
    }

    private static void refer(String status, APIResponse response, boolean toKeys) {
        refer(response, REQUEST_ID);
        if (toKeys && !WITHOUT_QUOTA.contains(status)) {
            refer(response, POLICY, STATE, LIMIT, REMAINING, RESET);
        }
        if (WORTH_ANOTHER_TRY.contains(status)) {
            refer(response, RETRY_AFTER);
        }
        if (status.equals("401")) {
            refer(response, CHALLENGE);
        }
    }

    private static void refer(APIResponse response, String... headers) {
        for (String header : headers) {
            response.addHeader(header, OASFactory.createHeader().ref(header));
        }
    }

    private static void describe(Components components) {
        components
                .addHeader(
                        REQUEST_ID,
                        header(
                                        "The id that the request came with, if it was a sane one; else a new one.",
                                        text("req_2hikctdodz90c31k31jfqesc1o"))
                                .required(true))
                .addHeader(
                        POLICY,
                        header(
                                "The key's limit: q requests within w seconds (draft-ietf-httpapi-ratelimit-headers)."
                                        + " This and the other headers of the limit come with every answer to a known key.",
                                text("\"key\";q=1000;w=60")))
                .addHeader(
                        STATE,
                        header(
                                "r requests could follow at once; t is how many seconds it is until the next can pass or,"
                                        + " while some remain, until the window ends.",
                                text("\"key\";r=999;t=14")))
                .addHeader(LIMIT, header("Requests within the window.", number(1)))
                .addHeader(REMAINING, header("Requests that could follow at once.", number(0)))
                .addHeader(RESET, header("The end of t, in seconds since 1970.", number(0)))
                .addHeader(RETRY_AFTER, header("How many seconds to wait.", number(1)))
                .addHeader(
                        CHALLENGE,
                        header("How to authenticate.", text("ApiKey realm=\"plexe\", header=\"x-api-key\"")));
    }

    private static Header header(String description, Schema schema) {
        return OASFactory.createHeader().description(description).schema(schema);
    }

    private static Schema text(String example) {
        return OASFactory.createSchema().addType(SchemaType.STRING).addExample(example);
    }

    private static Schema number(long least) {
        return OASFactory.createSchema()
                .addType(SchemaType.INTEGER)
                .format("int64")
                .minimum(BigDecimal.valueOf(least));
    }
}
