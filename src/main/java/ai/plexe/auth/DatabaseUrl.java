package ai.plexe.auth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where PostgreSQL is, as in {@code postgresql://user:password@host:port/database?sslmode=require}
 * (libpq's connection URI, PostgreSQL manual 32.1.1.2), of which one host, user and password are
 * understood; {@code postgres://} is the same. User and password may be percent-encoded, an IPv6
 * address stands in brackets, the port is 5432 if missing.
 *
 * <p>{@link #address()} never holds the user or the password, and nor does any message.
 */
final class DatabaseUrl {

    static final String SETTING = "plexe.database.url";
    private static final UrlSetting URL =
            new UrlSetting("PLEXE_DATABASE_URL (" + SETTING + ")", "postgresql://user:password@host:port/database");

    private static final int DEFAULT_PORT = 5432;

    private final String address;
    private final Map<String, String> parameters;
    private final String user;
    private final String password;

    private DatabaseUrl(String address, Map<String, String> parameters, String user, String password) {
        this.address = address;
        this.parameters = parameters;
        this.user = user;
        this.password = password;
    }

    /**
     * @throws IllegalArgumentException with one sentence that names the setting and repeats nothing
     *     of the text
     */
    static DatabaseUrl parse(String text) {
        URI url = URL.parse(text.strip());
        if (!"postgresql".equals(url.getScheme()) && !"postgres".equals(url.getScheme())) {
            throw URL.malformed("does not begin with postgresql://");
        }
        if (url.getHost() == null) {
            throw URL.malformed("has no valid host");
        }
        if (url.getRawFragment() != null) {
            throw URL.malformed("has a #: in a password, write it as %23");
        }
        String database = url.getRawPath();
        if (!database.matches("/[^/,]+")) {
            throw URL.malformed("has no database name after the host");
        }
        int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
        if (port < 1 || port > 65_535) {
            throw URL.malformed("has an impossible port");
        }
        String[] credentials = credentials(url.getRawUserInfo());
        return new DatabaseUrl(
                url.getHost() + ":" + port + database, parameters(url.getRawQuery()), credentials[0], credentials[1]);
    }

    /**
     * The Quarkus settings that say the same: to the reactive driver and to the JDBC driver, which
     * Flyway uses.
     */
    Map<String, String> asQuarkusSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.datasource.username", UrlSetting.literally(user));
        if (password != null) {
            settings.put("quarkus.datasource.password", UrlSetting.literally(password));
        }
        settings.put("quarkus.datasource.jdbc.url", UrlSetting.literally("jdbc:postgresql://" + address + query()));
        settings.put("quarkus.datasource.reactive.url", UrlSetting.literally("postgresql://" + address));
        settings.putAll(reactiveTls());
        return settings;
    }

    String address() {
        return address;
    }

    /**
     * The reactive driver verifies what it's told to trust, and sends parameters that it doesn't
     * know to the server, which refuses them: so they are told apart here. The meaning of each
     * {@code sslmode} is libpq's.
     */
    private Map<String, String> reactiveTls() {
        Map<String, String> settings = new LinkedHashMap<>();
        String mode = parameters.get("sslmode");
        if (mode != null) {
            settings.put("quarkus.datasource.reactive.postgresql.ssl-mode", mode);
            if ("verify-full".equals(mode)) {
                settings.put("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
            } else if (!"verify-ca".equals(mode)) {
                settings.put("quarkus.datasource.reactive.trust-all", "true");
            }
        }
        String rootCertificate = parameters.get("sslrootcert");
        if (rootCertificate != null) {
            settings.put("quarkus.datasource.reactive.trust-certificate-pem", "true");
            settings.put(
                    "quarkus.datasource.reactive.trust-certificate-pem.certs", UrlSetting.literally(rootCertificate));
        }
        return settings;
    }

    private String query() {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(encoded(value)));
        return query.toString();
    }

    private static String[] credentials(String userInfo) {
        if (userInfo == null) {
            throw URL.malformed("has no user before the host");
        }
        int colon = userInfo.indexOf(':');
        String user = UrlSetting.decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        if (user.isEmpty()) {
            throw URL.malformed("has no user before the host");
        }
        String password = colon < 0 ? "" : UrlSetting.decoded(userInfo.substring(colon + 1));
        return new String[] {user, password.isEmpty() ? null : password};
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!name.equals("sslmode") && !name.equals("sslrootcert")) {
                throw URL.malformed("has a parameter other than sslmode and sslrootcert");
            }
            parameters.put(name, UrlSetting.decoded(parameter.substring(equals + 1)));
        }
        if (!parameters
                .getOrDefault("sslmode", "prefer")
                .matches("disable|allow|prefer|require|verify-ca|verify-full")) {
            throw URL.malformed("has an unknown sslmode");
        }
        return parameters;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return address;
    }
}
