package ai.plexe.auth.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;

/** The cookie that holds a session's token in a browser. */
@ApplicationScoped
public class SessionCookie {

    private static final String COOKIE = "session";
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final BrowserCookies cookies;
    private final Clock clock;

    SessionCookie(BrowserCookies cookies, Clock clock) {
        this.cookies = cookies;
        this.clock = clock;
    }

    public String name() {
        return cookies.nameOf(COOKIE);
    }

    /** The value of {@code Set-Cookie} that stores the session's token. */
    public String of(OpenedSession session) {
        Duration life = Duration.between(clock.instant(), session.expiresAt());
        return cookies.set(COOKIE, session.token(), life.compareTo(SHORTEST) < 0 ? SHORTEST : life);
    }

    /** The value of {@code Set-Cookie} that removes it. */
    public String cleared() {
        return cookies.cleared(COOKIE);
    }
}
