package ai.plexe.auth.apikey;

import ai.plexe.auth.problem.ProblemCode;

/** Why a key is refused, in the order of the checks. */
public enum Reason {
    /** Not a key, or an unknown one. */
    INVALID(ProblemCode.INVALID_KEY, "The API key is missing, malformed or unknown."),
    REVOKED(ProblemCode.REVOKED_KEY, "The API key was revoked, or replaced by rotation."),
    EXPIRED(ProblemCode.EXPIRED_KEY, "The API key has expired."),
    ADDRESS(ProblemCode.IP_NOT_ALLOWED, "The API key may not be used from this address."),
    LEVEL(ProblemCode.INSUFFICIENT_PERMISSIONS, "The API key lacks the level this needs."),
    LIMIT(ProblemCode.RATE_LIMIT_EXCEEDED, "The API key's rate limit is exceeded."),
    /** The address has tried too many unknown keys, and this one is not known to be good. */
    FAILED_ATTEMPTS(ProblemCode.RATE_LIMIT_EXCEEDED, "Too many unknown API keys came from this address.");

    private final ProblemCode code;
    private final String detail;

    Reason(ProblemCode code, String detail) {
        this.code = code;
        this.detail = detail;
    }

    public ProblemCode code() {
        return code;
    }

    public String detail() {
        return detail;
    }
}
