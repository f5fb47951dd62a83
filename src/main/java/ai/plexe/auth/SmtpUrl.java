package ai.plexe.auth;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where mails are handed in, as in {@code smtps://user:password@host:465} (TLS from the first byte) or
 * {@code smtp://user:password@host:587} (STARTTLS, which only a server on this very machine may do without). User and
 * password may be percent-encoded, or left out together; an IPv6 address stands in brackets.
 *
 * <p>No message holds the user or the password.
 */
final class SmtpUrl {

    static final String SETTING = "plexe.smtp.url";
    private static final UrlSetting URL =
            new UrlSetting("PLEXE_SMTP_URL (" + SETTING + ")", "smtps://user:password@host:port");

    private static final int SUBMISSION_PORT = 587;
    private static final int TLS_PORT = 465;
    private static final String OWN_CERTIFICATE = "smtp-on-this-machine";

    private final boolean tls;
    private final String host;
    private final int port;
    private final String user;
    private final String password;

    private SmtpUrl(boolean tls, String host, int port, String user, String password) {
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
    }

    /**
     * @throws IllegalArgumentException with one sentence that names the setting and repeats nothing of the text
     */
    static SmtpUrl parse(String text) {
        URI url = URL.parse(text.strip());
        boolean tls = "smtps".equals(url.getScheme());
        if (!tls && !"smtp".equals(url.getScheme())) {
            throw URL.malformed("does not begin with smtp:// or smtps://");
        }
        if (url.getHost() == null) {
            throw URL.malformed("has no valid host");
        }
        if (url.getRawQuery() != null
                || url.getRawFragment() != null
                || !url.getRawPath().matches("/?")) {
            throw URL.malformed("has something after host and port; in a password, / ? # are written as %2F %3F %23");
        }
        int defaultPort = tls ? TLS_PORT : SUBMISSION_PORT;
        int port = url.getPort() < 0 ? defaultPort : url.getPort();
        if (port < 1 || port > 65_535) {
            throw URL.malformed("has an impossible port");
        }
        String[] credentials = credentials(url.getRawUserInfo());
        return new SmtpUrl(tls, url.getHost(), port, credentials[0], credentials[1]);
    }

    /** The Quarkus settings that say the same. */
    Map<String, String> asQuarkusSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.mailer.mock", "false");
        settings.put("quarkus.mailer.host", host.replaceAll("[\\[\\]]", ""));
        settings.put("quarkus.mailer.port", String.valueOf(port));
        // A connection for each mail: one that was kept may be dead, or be waited for by two.
        settings.put("quarkus.mailer.keep-alive", "false");
        settings.put("quarkus.mailer.tls", String.valueOf(tls));
        settings.put("quarkus.mailer.start-tls", startTls());
        if (isThisMachine()) {
            settings.put("quarkus.mailer.tls-configuration-name", OWN_CERTIFICATE);
            settings.put("quarkus.tls." + OWN_CERTIFICATE + ".trust-all", "true");
        }
        settings.put("quarkus.mailer.login", user == null ? "DISABLED" : "REQUIRED");
        if (user != null) {
            settings.put("quarkus.mailer.username", UrlSetting.literally(user));
            settings.put("quarkus.mailer.password", UrlSetting.literally(password));
        }
        return settings;
    }

    private String startTls() {
        if (tls) {
            return "DISABLED";
        }
        return isThisMachine() ? "OPTIONAL" : "REQUIRED";
    }

    /** What does not leave this machine needs no certificate that somebody else has signed. */
    private boolean isThisMachine() {
        return host.matches("localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]");
    }

    private static String[] credentials(String userInfo) {
        if (userInfo == null) {
            return new String[] {null, null};
        }
        int colon = userInfo.indexOf(':');
        if (colon < 1 || colon == userInfo.length() - 1) {
            throw URL.malformed("has a user without a password, or a password without a user");
        }
        return new String[] {
            UrlSetting.decoded(userInfo.substring(0, colon)), UrlSetting.decoded(userInfo.substring(colon + 1))
        };
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
