package ai.plexe.auth.apikey;

import ai.plexe.auth.ratelimit.Quota;
import java.time.Duration;
import java.util.List;

/** The answer to "who is this, and may they?". Not being able to tell is an exception, never a verdict. */
public sealed interface Verdict {

    /** They may, and the request is counted. */
    record Accepted(Grant grant, Quota quota) implements Verdict {}

    /**
     * They may not.
     *
     * @param reason the first check that failed
     * @param grant what the key stands for; null if it is unknown
     * @param quota where it stands with its limit; null if it is unknown
     * @param retryAfter how long to wait; null where waiting does not help
     * @param failed every check that would fail, in their order, {@code reason} included
     */
    record Rejected(Reason reason, Grant grant, Quota quota, Duration retryAfter, List<Reason> failed)
            implements Verdict {}
}
