package ai.plexe.auth.session;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The cookies that the service sets. Their prefix (RFC 6265bis, section 4.1.3) makes browsers refuse one that a neighbouring
 * host has set. Where the service is reached over plain HTTP on this very machine, they go without.
 */
@ApplicationScoped
public class BrowserCookies {

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final Logger LOG = Logger.getLogger(BrowserCookies.class);

    private final String prefix;
    private final String attributes;
    private final boolean kept;

    BrowserCookies(SessionConfig config) {
        if (config.publicUrl().getHost() == null) {
            throw new IllegalArgumentException("PLEXE_PUBLIC_URL must be a URL such as https://auth.example.com");
        }
        boolean plain = isPlainLocal(config.publicUrl());
        this.prefix = plain ? "plexe_" : "__Host-plexe_";
        this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (plain ? "" : "; Secure");
        this.kept = plain || isSecure(config.publicUrl());
    }

    void warn(@Observes StartupEvent event) {
        if (!kept) {
            LOG.warn("PLEXE_PUBLIC_URL does not begin with https://, so browsers keep no session");
        }
    }

    private static boolean isPlainLocal(URI publicUrl) {
        return "http".equals(publicUrl.getScheme()) && isThisMachine(publicUrl);
    }

    private static boolean isSecure(URI url) {
        return "https".equals(url.getScheme());
    }

    /** Whether the URL leads to this very machine, where nobody listens on the way. */
    public static boolean isThisMachine(URI url) {
        return THIS_MACHINE.contains(String.valueOf(url.getHost()));
    }

    /** What the cookie is called in a browser. */
    public String nameOf(String cookie) {
        return prefix + cookie;
    }

    /**
     * What the cookie holds.
     *
     * @param headers all values of the header {@code Cookie}
     * @return null if there is none; empty if there are several that differ, of which none is believed
     */
    public String valueOf(String cookie, List<String> headers) {
        return value(nameOf(cookie), headers);
    }

    static String value(String name, List<String> headers) {
        String found = null;
        for (String header : headers) {
            for (String pair : header.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    String value = pair.substring(equals + 1).strip();
                    found = found == null || found.equals(value) ? value : "";
                }
            }
        }
        return found;
    }

    /** The value of {@code Set-Cookie} that stores it for so long. */
    public String set(String cookie, String value, Duration life) {
        return nameOf(cookie) + "=" + value + "; Max-Age=" + life.toSeconds() + attributes;
    }

    /** The value of {@code Set-Cookie} that removes it. */
    public String cleared(String cookie) {
        return set(cookie, "", Duration.ZERO);
    }
}
