package ai.plexe.auth.gate;

import ai.plexe.auth.ratelimit.Quota;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;

/**
 * A quota in both dialects: {@code RateLimit-Policy} and {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10,
 * times in seconds from now), and the older {@code X-RateLimit-*}, whose reset is in seconds since 1970.
 */
final class QuotaHeaders {

    private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
    private static final CharSequence STATE = HttpHeaders.createOptimized("RateLimit");
    private static final CharSequence LIMIT = HttpHeaders.createOptimized("X-RateLimit-Limit");
    private static final CharSequence REMAINING = HttpHeaders.createOptimized("X-RateLimit-Remaining");
    private static final CharSequence RESET = HttpHeaders.createOptimized("X-RateLimit-Reset");

    private QuotaHeaders() {}

    static void set(Quota quota, Clock clock, HttpServerResponse response) {
        String limit = String.valueOf(quota.limit().requests());
        String remaining = String.valueOf(quota.remaining());
        long resetMillis = quota.reset().toMillis();
        MultiMap headers = response.headers();
        headers.set(
                POLICY, "\"key\";q=" + limit + ";w=" + quota.limit().window().toSeconds());
        headers.set(STATE, "\"key\";r=" + remaining + ";t=" + seconds(resetMillis));
        headers.set(LIMIT, limit);
        headers.set(REMAINING, remaining);
        headers.set(RESET, String.valueOf(seconds(clock.millis() + resetMillis)));
    }

    private static long seconds(long millis) {
        return (millis + 999) / 1000;
    }
}
