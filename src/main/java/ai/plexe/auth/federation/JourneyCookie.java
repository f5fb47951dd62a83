package ai.plexe.auth.federation;

import ai.plexe.auth.session.BrowserCookies;
import ai.plexe.auth.session.Seal;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * The browser that sets out keeps, sealed, what it set out for: whoever comes back to another one, be it with a code of their
 * own (RFC 9700, section 4.7), gets nowhere. Any thread.
 */
@ApplicationScoped
class JourneyCookie {

    private static final String COOKIE = "oauth";

    private final BrowserCookies cookies;
    private final Seal seal;
    private final Clock clock;

    JourneyCookie(BrowserCookies cookies, Seal seal, Clock clock) {
        this.cookies = cookies;
        this.seal = seal;
        this.clock = clock;
    }

    /** The value of {@code Set-Cookie} that keeps it. */
    String keep(Journey journey) {
        JsonObject json = new JsonObject()
                .put("provider", journey.provider())
                .put("purpose", journey.purpose().name())
                .put("state", journey.state())
                .put("session", journey.sessionId())
                .put("return_to", journey.returnTo())
                .put("started_at", journey.startedAt().toEpochMilli());
        return cookies.set(
                COOKIE,
                seal.close(COOKIE, json.encode(), clock.instant().plus(Providers.LONGEST_STAY)),
                Providers.LONGEST_STAY);
    }

    /** The value of {@code Set-Cookie} that forgets it. */
    String forgotten() {
        return cookies.cleared(COOKIE);
    }

    /**
     * The way that ends here.
     *
     * @param headers all values of the header {@code Cookie}
     * @param states all that the request claims
     * @return null if this browser has not set out to this provider with this state, or too long ago
     */
    Journey ending(List<String> headers, Provider provider, List<String> states) {
        String sealed = cookies.valueOf(COOKIE, headers);
        String text = sealed == null ? null : seal.open(COOKIE, sealed);
        if (text == null) {
            return null;
        }
        JsonObject json = new JsonObject(text);
        Journey journey = new Journey(
                json.getString("provider"),
                Purpose.valueOf(json.getString("purpose")),
                json.getString("state"),
                json.getString("session"),
                json.getString("return_to"),
                Instant.ofEpochMilli(json.getLong("started_at")));
        return journey.provider().equals(provider.id()) && states.equals(List.of(journey.state())) ? journey : null;
    }
}
