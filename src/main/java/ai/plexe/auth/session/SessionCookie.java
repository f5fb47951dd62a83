package ai.plexe.auth.session;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The cookie that holds a session's token in a browser. Its prefix (RFC 6265bis, section 4.1.3) makes browsers refuse one that
 * a neighbouring host has set. Where the service is reached over plain HTTP on this very machine, it goes without.
 */
@ApplicationScoped
public class SessionCookie {

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final Logger LOG = Logger.getLogger(SessionCookie.class);

    private final String name;
    private final String attributes;
    private final Clock clock;
    private final boolean kept;

    SessionCookie(SessionConfig config, Clock clock) {
        if (config.publicUrl().getHost() == null) {
            throw new IllegalArgumentException("PLEXE_PUBLIC_URL must be a URL such as https://auth.example.com");
        }
        boolean plain = isPlainLocal(config.publicUrl());
        this.name = plain ? "plexe_session" : "__Host-plexe_session";
        this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (plain ? "" : "; Secure");
        this.clock = clock;
        this.kept = plain || "https".equals(config.publicUrl().getScheme());
    }

    void warn(@Observes StartupEvent event) {
        if (!kept) {
            LOG.warn("PLEXE_PUBLIC_URL does not begin with https://, so browsers keep no session");
        }
    }

    private static boolean isPlainLocal(URI publicUrl) {
        return "http".equals(publicUrl.getScheme()) && THIS_MACHINE.contains(String.valueOf(publicUrl.getHost()));
    }

    public String name() {
        return name;
    }

    /** The value of {@code Set-Cookie} that stores the session's token. */
    public String of(OpenedSession session) {
        long seconds = Math.max(
                1, Duration.between(clock.instant(), session.expiresAt()).toSeconds());
        return name + "=" + session.token() + "; Max-Age=" + seconds + attributes;
    }

    /** The value of {@code Set-Cookie} that removes it. */
    public String cleared() {
        return name + "=; Max-Age=0" + attributes;
    }
}
