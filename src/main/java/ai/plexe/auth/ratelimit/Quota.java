package ai.plexe.auth.ratelimit;

import java.time.Duration;

/**
 * Where a caller stands with its limit.
 *
 * @param limit the limit that was applied
 * @param remaining requests that could follow at once
 * @param reset how long until the next request can pass or, while some remain, until the current window ends
 */
public record Quota(RateLimit limit, long remaining, Duration reset) {}
