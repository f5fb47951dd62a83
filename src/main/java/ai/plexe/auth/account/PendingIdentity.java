package ai.plexe.auth.account;

import ai.plexe.auth.session.BrowserCookies;
import ai.plexe.auth.session.Seal;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * An identity that a provider has proved and whose account is to be proved still. The browser that began keeps it, sealed:
 * nobody else can make it theirs, and nothing of it is stored before it has an owner. Any thread.
 */
@ApplicationScoped
public class PendingIdentity {

    private static final String COOKIE = "join";
    private static final Duration LIFE = Duration.ofMinutes(30);

    private final BrowserCookies cookies;
    private final Seal seal;
    private final Clock clock;

    PendingIdentity(BrowserCookies cookies, Seal seal, Clock clock) {
        this.cookies = cookies;
        this.seal = seal;
        this.clock = clock;
    }

    /** The value of {@code Set-Cookie} that keeps it for half an hour. */
    public String keep(ProvedIdentity proved) {
        JsonObject json = new JsonObject()
                .put("provider", proved.provider())
                .put("issuer", proved.issuer())
                .put("subject", proved.subject())
                .put("email", proved.email())
                .put("name", proved.name())
                .put("label", proved.label());
        return cookies.set(
                COOKIE, seal.close(COOKIE, json.encode(), clock.instant().plus(LIFE)), LIFE);
    }

    /** The value of {@code Set-Cookie} that forgets it. */
    String forgotten() {
        return cookies.cleared(COOKIE);
    }

    /** The identity that these headers {@code Cookie} carry; null if none that is ours and of the last half an hour. */
    ProvedIdentity kept(List<String> headers) {
        String sealed = cookies.valueOf(COOKIE, headers);
        String text = sealed == null ? null : seal.open(COOKIE, sealed);
        if (text == null) {
            return null;
        }
        JsonObject json = new JsonObject(text);
        return new ProvedIdentity(
                json.getString("provider"),
                json.getString("issuer"),
                json.getString("subject"),
                json.getString("email"),
                true,
                json.getString("name"),
                json.getString("label"),
                null);
    }
}
