package ai.plexe.auth.problem;

import ai.plexe.auth.problem.Problem.FieldError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A request that cannot be served, with the answer its caller gets. It is an outcome rather than a fault, so it
 * carries no stack trace; what went wrong inside is its cause, which is logged and never shown.
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ProblemCode code;
    private final transient List<FieldError> errors;
    private final String requiredLevel;
    private final Instant reset;
    private final Duration retryAfter;

    /** As {@link ProblemWriter} has told it; what refuses a flood of garbage is the same one each time. */
    private transient String told;

    private ProblemException(
            ProblemCode code,
            String detail,
            Throwable cause,
            List<FieldError> errors,
            String requiredLevel,
            Instant reset,
            Duration retryAfter) {
        super(detail, cause, false, false);
        this.code = code;
        this.errors = errors;
        this.requiredLevel = requiredLevel;
        this.reset = reset;
        this.retryAfter = retryAfter;
    }

    public static ProblemException of(ProblemCode code, String detail) {
        return new ProblemException(code, detail, null, null, null, null, null);
    }

    public static ProblemException invalid(List<FieldError> errors) {
        String detail = errors.size() == 1
                ? errors.get(0).field() + " " + errors.get(0).message()
                : errors.size() + " fields are wrong; see errors";
        return new ProblemException(ProblemCode.VALIDATION_FAILED, detail, null, errors, null, null, null);
    }

    public static ProblemException invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** No such thing in the caller's account, whether or not another account has it. */
    public static ProblemException notFound(String what) {
        return of(ProblemCode.NOT_FOUND, "There is no such " + what + " in this account.");
    }

    /** The caller is gone: their session lived when the request passed the gate, and does no more. */
    public static ProblemException sessionEnded() {
        return of(ProblemCode.INVALID_SESSION, "The session was ended. Sign in again.");
    }

    public static ProblemException insufficientPermissions(String requiredLevel, String detail) {
        return new ProblemException(
                ProblemCode.INSUFFICIENT_PERMISSIONS, detail, null, null, requiredLevel, null, null);
    }

    /**
     * @param reset when the next request can pass
     * @param retryAfter how long that is from now
     */
    public static ProblemException rateLimited(String detail, Instant reset, Duration retryAfter) {
        return new ProblemException(ProblemCode.RATE_LIMIT_EXCEEDED, detail, null, null, null, reset, retryAfter);
    }

    /** A dependency is down and the answer can't be known. Worth trying again in a moment. */
    public static ProblemException unavailable(String detail, Throwable cause) {
        return new ProblemException(
                ProblemCode.TEMPORARILY_UNAVAILABLE, detail, cause, null, null, null, Duration.ofSeconds(1));
    }

    /** A defect of ours: logged with its cause, told without it. */
    static ProblemException fault(String detail, Throwable cause) {
        return new ProblemException(ProblemCode.INTERNAL_ERROR, detail, cause, null, null, null, null);
    }

    /** What a failure means to a caller, be it a problem already, behind whatever, or a fault. */
    public static ProblemException meantBy(Throwable failure) {
        return FrameworkProblems.ofFault(failure);
    }

    /** The code that a caller gets for this failure. */
    public static ProblemCode codeOf(Throwable failure) {
        return failure instanceof ProblemException problem ? problem.code : ProblemCode.TEMPORARILY_UNAVAILABLE;
    }

    public ProblemCode code() {
        return code;
    }

    List<FieldError> errors() {
        return errors;
    }

    String requiredLevel() {
        return requiredLevel;
    }

    Instant reset() {
        return reset;
    }

    Duration retryAfter() {
        return retryAfter;
    }

    /** The body without a request's id; null until it was told. Any thread may tell it, and all tell the same. */
    String told() {
        return told;
    }

    void setTold(String body) {
        told = body;
    }
}
