package ai.plexe.auth.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/**
 * A server that answers as Google, GitHub and a plain OpenID provider do by their documents, and as none should where a test
 * asks it to. Google: "OpenID Connect" in its identity guides. GitHub: "Authorizing OAuth apps", and in its REST API "Get the
 * authenticated user" and "List email addresses for the authenticated user".
 */
public final class ProviderStandIn implements QuarkusTestResourceLifecycleManager {

    private static final String CLIENT = "the-service";
    private static final String SECRET = "a secret of the service, 40 characters..";
    private static final int HOUR = 3600;

    private static HttpServer server;
    private static volatile RsaJsonWebKey key;

    private static final Map<String, Visit> VISITS = new ConcurrentHashMap<>();
    private static final Map<String, Person> BEARERS = new ConcurrentHashMap<>();

    private static final Set<Twist> ONLY_BY_USER_INFO =
            Set.of(Twist.OTHER_USER_INFO, Twist.NO_USER_INFO, Twist.VERIFIED_BY_USER_INFO);

    /** How a provider goes wrong, or a way of its own. */
    public enum Twist {
        NONE,
        WRONG_NONCE,
        NO_NONCE,
        WRONG_AUDIENCE,
        WRONG_ISSUER,
        WRONG_KEY,
        NO_SIGNATURE,
        EXPIRED,
        NO_ID_TOKEN,
        OTHER_USER_INFO,
        SERVER_ERROR,
        NO_JSON,
        NO_ANSWER,
        SIGNED_WITH_THE_SECRET,
        NO_USER_INFO,
        OLD_LOGIN,
        NO_LOGIN_TIME,
        VERIFIED_BY_USER_INFO
    }

    /**
     * Somebody at a provider.
     *
     * @param email null if the provider does not tell it
     */
    public record Person(String subject, String email, boolean verified, String name, Twist twist) {

        public static Person of(String email) {
            return new Person(
                    String.valueOf(UUID.randomUUID().getMostSignificantBits() >>> 12),
                    email,
                    true,
                    "Ada Lovelace",
                    Twist.NONE);
        }

        public Person unverified() {
            return new Person(subject, email, false, name, twist);
        }

        public Person called(String otherName) {
            return new Person(subject, email, verified, otherName, twist);
        }

        public Person with(String otherEmail) {
            return new Person(subject, otherEmail, verified, name, twist);
        }

        public Person with(Twist otherTwist) {
            return new Person(subject, email, verified, name, otherTwist);
        }
    }

    private record Visit(Map<String, String> asked, Person person) {}

    @Override
    public Map<String, String> start() {
        changeKey();
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        openId("/google");
        openId("/oidc");
        server.createContext("/github/login/oauth/access_token", answering(ProviderStandIn::gitHubToken));
        server.createContext("/github/api/v3/user", answering(ProviderStandIn::gitHubUser));
        server.createContext("/github/api/v3/user/emails", answering(ProviderStandIn::gitHubEmails));
        server.start();
        Map<String, String> settings = new HashMap<>();
        settings.put("plexe.google.issuer", url("/google"));
        settings.put("plexe.github.url", url("/github"));
        settings.put("plexe.oidc.issuer", url("/oidc"));
        settings.put("plexe.oidc.name", "Analytical Engines");
        for (String provider : List.of("google", "github", "oidc")) {
            settings.put("plexe." + provider + ".client-id", CLIENT);
            settings.put("plexe." + provider + ".client-secret", SECRET);
        }
        return settings;
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    /** From now on ID tokens are signed with another key, which only those who ask again know of. */
    public static void changeKey() {
        try {
            RsaJsonWebKey next = RsaJwkGenerator.generateJwk(2048);
            next.setKeyId(UUID.randomUUID().toString());
            key = next;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** Lets somebody sign in and say yes where this leads; gives what the provider adds to the address that it leads back to. */
    public static Map<String, String> visit(String authorizationUrl, Person person) {
        Map<String, String> asked = parameters(URI.create(authorizationUrl).getRawQuery());
        require("code".equals(asked.get("response_type")), "response_type", asked);
        require(CLIENT.equals(asked.get("client_id")), "client_id", asked);
        require("S256".equals(asked.get("code_challenge_method")), "PKCE", asked);
        require(asked.containsKey("state"), "state", asked);
        String code = UUID.randomUUID().toString();
        VISITS.put(code, new Visit(asked, person));
        return Map.of("code", code, "state", asked.get("state"));
    }

    /** What an address asks a provider for. */
    public static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : query.split("&")) {
            String[] pair = parameter.split("=", 2);
            parameters.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static void require(boolean holds, String what, Map<String, String> asked) {
        if (!holds) {
            throw new AssertionError(what + " in " + asked);
        }
    }

    private void openId(String path) {
        server.createContext(
                path + "/.well-known/openid-configuration",
                answering((exchange, form) -> new Answer(
                        200,
                        new JsonObject()
                                .put("issuer", url(path))
                                .put("authorization_endpoint", url(path + "/authorize"))
                                .put("token_endpoint", url(path + "/token"))
                                .put("userinfo_endpoint", url(path + "/userinfo"))
                                .put("jwks_uri", url(path + "/jwks"))
                                .put("response_types_supported", new JsonArray().add("code"))
                                .encode())));
        server.createContext(
                path + "/jwks", answering((exchange, form) -> new Answer(200, "{\"keys\": [" + key.toJson() + "]}")));
        server.createContext(
                path + "/token",
                answering((exchange, form) -> isTheService(exchange)
                        ? openIdToken(url(path), form)
                        : new Answer(401, "{\"error\": \"invalid_client\"}")));
        server.createContext(path + "/userinfo", answering(ProviderStandIn::userInfo));
    }

    /** As {@code client_secret_basic} has it (RFC 6749, section 2.3.1). */
    private static boolean isTheService(HttpExchange exchange) {
        String credentials =
                Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        return ("Basic " + credentials).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private static Answer openIdToken(String issuer, Map<String, String> form) throws Exception {
        Visit visit = VISITS.remove(form.getOrDefault("code", ""));
        if (visit == null || !isExchange(visit, form)) {
            return new Answer(400, "{\"error\": \"invalid_grant\"}");
        }
        Twist twist = visit.person().twist();
        String accessToken = UUID.randomUUID().toString();
        BEARERS.put(accessToken, visit.person());
        JsonObject answer = new JsonObject()
                .put("access_token", accessToken)
                .put("token_type", "Bearer")
                .put("expires_in", HOUR);
        if (twist != Twist.NO_ID_TOKEN) {
            answer.put("id_token", idToken(issuer, visit));
        }
        return twisted(twist, answer.encode());
    }

    private static boolean isExchange(Visit visit, Map<String, String> form) throws Exception {
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(form.getOrDefault("code_verifier", "").getBytes(StandardCharsets.US_ASCII)));
        return challenge.equals(visit.asked().get("code_challenge"))
                && visit.asked().get("redirect_uri").equals(form.get("redirect_uri"));
    }

    private static Answer twisted(Twist twist, String answer) {
        return switch (twist) {
            case SERVER_ERROR -> new Answer(503, "{\"error\": \"temporarily_unavailable\"}");
            case NO_JSON -> new Answer(200, "<html><body>Welcome to our Wi-Fi</body></html>");
            case NO_ANSWER -> null;
            default -> new Answer(200, answer);
        };
    }

    private static String idToken(String issuer, Visit visit) throws Exception {
        Person person = visit.person();
        Twist twist = person.twist();
        long now = Instant.now().getEpochSecond();
        JsonObject claims = new JsonObject()
                .put("iss", twist == Twist.WRONG_ISSUER ? issuer + "/other" : issuer)
                .put("aud", twist == Twist.WRONG_AUDIENCE ? "another-service" : CLIENT)
                .put("sub", person.subject())
                .put("iat", twist == Twist.EXPIRED ? now - 2 * HOUR : now)
                .put("exp", twist == Twist.EXPIRED ? now - HOUR : now + HOUR)
                .put("name", person.name())
                .put("preferred_username", person.name());
        if (twist != Twist.NO_NONCE) {
            claims.put(
                    "nonce",
                    twist == Twist.WRONG_NONCE ? "another" : visit.asked().get("nonce"));
        }
        if (visit.asked().containsKey("max_age") && twist != Twist.NO_LOGIN_TIME) {
            claims.put("auth_time", twist == Twist.OLD_LOGIN ? now - HOUR : now);
        }
        if (person.email() != null && !ONLY_BY_USER_INFO.contains(twist)) {
            claims.put("email", person.email()).put("email_verified", person.verified());
        }
        if (twist == Twist.VERIFIED_BY_USER_INFO) {
            claims.put("email", person.email());
        }
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims.encode());
        token.setKeyIdHeaderValue(key.getKeyId());
        if (twist == Twist.NO_SIGNATURE) {
            token.setAlgorithmConstraints(AlgorithmConstraints.ALLOW_ONLY_NONE);
            token.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
        } else if (twist == Twist.SIGNED_WITH_THE_SECRET) {
            token.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
            token.setKey(new HmacKey(SECRET.getBytes(StandardCharsets.UTF_8)));
        } else {
            token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
            token.setKey(twist == Twist.WRONG_KEY ? anotherKey() : key.getPrivateKey());
        }
        return token.getCompactSerialization();
    }

    private static java.security.Key anotherKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair().getPrivate();
    }

    private static Answer userInfo(HttpExchange exchange, Map<String, String> form) {
        Person person = bearer(exchange);
        if (person == null) {
            return new Answer(401, "{\"error\": \"invalid_token\"}");
        }
        if (person.twist() == Twist.NO_USER_INFO) {
            return new Answer(503, "");
        }
        JsonObject info = new JsonObject()
                .put("sub", person.twist() == Twist.OTHER_USER_INFO ? "another" : person.subject())
                .put("name", person.name());
        if (ONLY_BY_USER_INFO.contains(person.twist())) {
            info.put("email", person.email()).put("email_verified", true);
        }
        return new Answer(200, info.encode());
    }

    /** Whatever is wrong with a code, GitHub's status is 200. */
    private static Answer gitHubToken(HttpExchange exchange, Map<String, String> form) throws Exception {
        Visit visit = VISITS.remove(form.getOrDefault("code", ""));
        boolean known = CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret"));
        if (!known || visit == null || !isExchange(visit, form)) {
            return new Answer(
                    200,
                    "{\"error\": \"bad_verification_code\", \"error_description\": \"The code passed is incorrect or expired.\"}");
        }
        String accessToken = "gho_" + UUID.randomUUID();
        BEARERS.put(accessToken, visit.person());
        return twisted(
                visit.person().twist(),
                new JsonObject()
                        .put("access_token", accessToken)
                        .put("scope", "read:user,user:email")
                        .put("token_type", "bearer")
                        .encode());
    }

    private static Answer gitHubUser(HttpExchange exchange, Map<String, String> form) {
        Person person = bearer(exchange);
        if (person != null && person.twist() == Twist.NO_USER_INFO) {
            return new Answer(503, "");
        }
        return person == null
                ? new Answer(401, "{\"message\": \"Bad credentials\"}")
                : new Answer(
                        200,
                        new JsonObject()
                                .put("login", "ada-" + person.subject())
                                .put("id", Long.valueOf(person.subject()))
                                .put("name", person.name())
                                .put("email", (String) null)
                                .encode());
    }

    private static Answer gitHubEmails(HttpExchange exchange, Map<String, String> form) {
        Person person = bearer(exchange);
        if (person == null) {
            return new Answer(401, "{\"message\": \"Bad credentials\"}");
        }
        JsonArray emails = new JsonArray()
                .add(new JsonObject()
                        .put("email", "octocat+" + person.subject() + "@users.noreply.github.example")
                        .put("primary", false)
                        .put("verified", true)
                        .put("visibility", (String) null));
        if (person.email() != null) {
            emails.add(new JsonObject()
                    .put("email", person.email())
                    .put("primary", true)
                    .put("verified", person.verified())
                    .put("visibility", "private"));
        }
        return new Answer(200, emails.encode());
    }

    private static Person bearer(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null ? null : BEARERS.get(header.replaceFirst("(?i)^(bearer|token) ", ""));
    }

    private record Answer(int status, String body) {}

    private interface Answering {
        /** Null to hang up. */
        Answer answer(HttpExchange exchange, Map<String, String> form) throws Exception;
    }

    private static com.sun.net.httpserver.HttpHandler answering(Answering answering) {
        return exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                Answer answer = answering.answer(exchange, body.isEmpty() ? Map.of() : parameters(body));
                if (answer != null) {
                    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(answer.status(), bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            } catch (Exception e) {
                throw new IOException(e);
            }
        };
    }
}
