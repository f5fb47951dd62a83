package ai.plexe.auth.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The one shape of every error: RFC 9457 with a stable code, the request's id, and what helps the caller to mend it.
 *
 * @param type a URI that names the kind of problem
 * @param detail what is wrong here, in a sentence; never a secret, never a word about others' data
 * @param errors for {@code validation_failed}: what is wrong with each field
 * @param requiredLevel for {@code insufficient_permissions}: the level that would do
 * @param reset for {@code rate_limit_exceeded}: when the next request can pass
 */
@RegisterForReflection(targets = {Problem.class, Problem.FieldError.class, ProblemCode.class})
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Problem",
        description = "An error (RFC 9457).",
        requiredProperties = {"type", "title", "status", "detail", "code", "request_id"})
public record Problem(
        String type,
        String title,
        int status,

        @Schema(description = "What is wrong here, in a sentence.")
        String detail,

        @Schema(description = "Stable; switch on this.", implementation = String.class)
        ProblemCode code,

        String requestId,

        @Schema(description = "With validation_failed: every field that is wrong.")
        List<FieldError> errors,

        @Schema(description = "With insufficient_permissions: the level that would do.")
        String requiredLevel,

        @Schema(description = "With rate_limit_exceeded: when the next request can pass.")
        Instant reset) {

    /** The media type of every error. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * What is wrong with one field of the body or one parameter.
     *
     * @param field its name as the caller wrote it, with dots and indexes for what is nested
     */
    @Schema(requiredProperties = {"field", "message"})
    public record FieldError(String field, String message) {

        private static final int MAX_FIELD = 200;
        private static final int MAX_MESSAGE = 300;

        /** A name may be long, or hold a secret, wherever somebody put it. */
        public FieldError {
            field = cut(Redaction.of(field), MAX_FIELD);
            message = cut(Redaction.of(message), MAX_MESSAGE);
        }

        private static String cut(String text, int length) {
            return text.length() <= length ? text : text.substring(0, length) + "…";
        }
    }

    static Problem of(ProblemException cause, int status, String requestId) {
        ProblemCode code = cause.code();
        return new Problem(
                "urn:plexe:problem:" + code.wireName(),
                code.title(),
                status,
                cause.getMessage(),
                code,
                requestId,
                cause.errors(),
                cause.requiredLevel(),
                cause.reset());
    }
}
