package ai.plexe.auth.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The stable codes of errors, each with its HTTP status. The first five never change: clients switch on them. */
public enum ProblemCode {
    INVALID_KEY(401, "Invalid API key"),
    EXPIRED_KEY(401, "Expired API key"),
    REVOKED_KEY(401, "Revoked API key"),
    INSUFFICIENT_PERMISSIONS(403, "Insufficient permissions"),
    RATE_LIMIT_EXCEEDED(429, "Rate limit exceeded"),
    INVALID_CREDENTIALS(401, "Invalid credentials"),
    INVALID_SESSION(401, "Invalid session"),
    SESSION_EXPIRED(401, "Session expired"),
    REAUTHENTICATION_REQUIRED(403, "Proof of identity required"),
    /** Somebody said no when a provider asked them. */
    ACCESS_DENIED(403, "Access denied"),
    EMAIL_NOT_VERIFIED(403, "E-mail address not verified"),
    CROSS_SITE_REQUEST(403, "Cross-site request"),
    HTTPS_REQUIRED(403, "HTTPS required"),
    CLIENT_CERTIFICATE_REQUIRED(403, "Client certificate required"),
    IP_NOT_ALLOWED(403, "Address not allowed"),
    VALIDATION_FAILED(400, "Validation failed"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    CONFLICT(409, "Conflict"),
    PAYLOAD_TOO_LARGE(413, "Payload too large"),
    URI_TOO_LONG(414, "URI too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    HEADERS_TOO_LARGE(431, "Request headers too large"),
    INTERNAL_ERROR(500, "Internal error"),
    TEMPORARILY_UNAVAILABLE(503, "Temporarily unavailable");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The code that stands for a status which the framework chose: 400s are bad input, 500s are ours. */
    static ProblemCode ofStatus(int status) {
        for (ProblemCode code : values()) {
            if (code.status == status && status != 401 && status != 403) {
                return code;
            }
        }
        return status >= 400 && status < 500 ? VALIDATION_FAILED : INTERNAL_ERROR;
    }
}
