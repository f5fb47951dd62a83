package ai.plexe.auth.gate;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.Redaction;
import ai.plexe.auth.session.SessionConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** What every answer carries, whoever gives it: the request's id, the headers that keep browsers careful, and a name for metrics. */
@ApplicationScoped
class EveryAnswer {

    private static final int MAX_LENGTH = 128;
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence FRAME_OPTIONS = HttpHeaders.createOptimized("X-Frame-Options");
    private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
    private static final CharSequence REFERRER_POLICY = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");

    private static final CharSequence TRANSPORT_SECURITY = HttpHeaders.createOptimized("Strict-Transport-Security");
    private static final CharSequence A_YEAR = HttpHeaders.createOptimized("max-age=31536000");

    private final Clock clock;
    private final boolean behindTls;

    EveryAnswer(SessionConfig config, Clock clock) {
        this.behindTls = "https".equals(config.publicUrl().getScheme());
        this.clock = clock;
    }

    void mark(RoutingContext routing) {
        PathTemplate.begin(routing);
        MultiMap headers = routing.response().headers();
        headers.set(REQUEST_ID, requestId(routing.request().getHeader(REQUEST_ID)));
        headers.set(CONTENT_TYPE_OPTIONS, NOSNIFF);
        headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
        headers.set(FRAME_OPTIONS, DENY);
        headers.set(REFERRER_POLICY, NO_REFERRER);
        if (behindTls) {
            headers.set(TRANSPORT_SECURITY, A_YEAR);
        }
    }

    /** The caller's id if it is harmless in a log, else a new one. */
    private String requestId(String given) {
        return given != null && isSane(given) && !Redaction.isNeeded(given) && !ApiKeySecret.isWithoutPrefixIn(given)
                ? given
                : TimeOrderedId.next("req", clock.instant());
    }

    private static boolean isSane(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean harmless = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!harmless && "-_.:/+=".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
