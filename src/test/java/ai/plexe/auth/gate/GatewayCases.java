package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Console;
import ai.plexe.auth.testing.GatewayProcess;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.RawHttp;
import ai.plexe.auth.testing.Upstream;
import ai.plexe.auth.testing.Wire;
import com.sun.net.httpserver.HttpServer;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway's example promises: the same of each. The service is a process of its own, and so is the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class GatewayCases {

    private static final int LARGE = 20 * 1024 * 1024;
    private static final Matcher<String> NOBODY = anyOf(nullValue(String.class), emptyString());
    private static final String OWNER = "owner@example.org";
    private static final String PASSWORD = "seven gates and a moat";

    private final String adminKey = ApiKeySecret.generate(new SecureRandom()).reveal();

    private LocalServers servers;
    private Wire redis;
    private Instance service;
    private Upstream upstream;
    private GatewayProcess gateway;
    private Api admin;
    Api.Key reader;
    private Api.Key writer;

    abstract GatewayProcess start(int servicePort, int upstreamPort) throws Exception;

    @BeforeAll
    void start() throws Exception {
        upstream = new Upstream();
        servers = LocalServers.startFresh();
        redis = new Wire(servers.redisUrl());
        service = Instance.start(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                redis.url().toString(),
                "PLEXE_TRUSTED_PROXIES",
                "127.0.0.1,::1",
                "PLEXE_BOOTSTRAP_EMAIL",
                OWNER,
                "PLEXE_BOOTSTRAP_PASSWORD",
                PASSWORD,
                "PLEXE_BOOTSTRAP_API_KEY",
                adminKey));
        admin = new Api(service.port(), adminKey);
        reader = admin.key("read_only");
        writer = admin.key("read_write");
        gateway = start(service.port(), upstream.port());
    }

    @AfterAll
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        if (service != null) {
            service.close();
        }
        redis.close();
        servers.close();
        upstream.close();
    }

    private RequestSpecification request() {
        return given().baseUri("http://127.0.0.1").port(gateway.port());
    }

    RequestSpecification with(Api.Key key) {
        return request().header("x-api-key", key.secret());
    }

    @Test
    @Order(1)
    void aGoodKeyReachesTheServiceWithItsIdentityAndWithoutTheKey() {
        with(reader)
                .get("/orders/7?page=2")
                .then()
                .statusCode(200)
                .body("uri", equalTo("/orders/7?page=2"))
                .body("headers.'x-auth-account-id'", matchesPattern("acc_[0-9a-z]{26}"))
                .body("headers.'x-auth-key-id'", equalTo(reader.id()))
                .body("headers.'x-auth-permission-level'", equalTo("read_only"))
                .body("headers.'x-auth-user-id'", NOBODY)
                .body("headers.'x-api-key'", nullValue());
    }

    @Test
    @Order(1)
    void anAnswerTellsHowNearItsLimitTheKeyIs() {
        Api.Key counted = admin.key("read_only", ", \"rate_limit\": {\"requests\": 5, \"window_seconds\": 60}");

        with(counted)
                .get("/counted")
                .then()
                .statusCode(200)
                .header("RateLimit-Policy", containsString("q=5"))
                .header("RateLimit", containsString("r=4"))
                .header("X-RateLimit-Limit", equalTo("5"))
                .header("X-RateLimit-Remaining", equalTo("4"))
                .header("X-RateLimit-Reset", matchesPattern("[0-9]{10}"));
    }

    @Test
    @Order(1)
    void aSessionReachesTheServiceWithItsIdentityAndWithoutItsToken() {
        Response signedIn = Console.at(service.uri("")).signIn(OWNER, PASSWORD);
        String token = signedIn.then().statusCode(200).extract().path("access_token");
        String cookie = signedIn.header("Set-Cookie").split(";")[0];

        for (RequestSpecification request : List.of(
                request().header("Authorization", "Bearer " + token),
                request().header("Cookie", "theme=dark; " + cookie),
                with(reader).header("Authorization", "Bearer " + token).header("Cookie", cookie))) {
            request.get("/session")
                    .then()
                    .statusCode(200)
                    .header("X-RateLimit-Limit", not(containsString("{")))
                    .body("headers.'x-auth-account-id'", matchesPattern("acc_[0-9a-z]{26}"))
                    .body("headers.authorization", nullValue())
                    .body("headers.cookie", nullValue())
                    .body("headers.'x-api-key'", nullValue());
        }
        request()
                .header("Cookie", cookie)
                .get("/session")
                .then()
                .body("headers.'x-auth-user-id'", matchesPattern("usr_[0-9a-z]{26}"))
                .body("headers.'x-auth-key-id'", NOBODY);
    }

    @Test
    @Order(1)
    void aBadKeyGetsOurAnswer() {
        request()
                .header("x-api-key", Api.unknownKey())
                .get("/orders")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", containsString("ApiKey"))
                .body("code", equalTo("invalid_key"))
                .body("request_id", notNullValue());
        request().get("/orders").then().statusCode(401).body("code", equalTo("invalid_key"));
        assertFalse(upstream.reached().contains("/orders"));
    }

    @Test
    @Order(1)
    void aLevelThatIsTooLowGetsOurAnswer() {
        with(reader)
                .body("{}")
                .post("/too-low")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("code", equalTo("insufficient_permissions"))
                .body("required_level", equalTo("read_write"));
        with(writer).body("{}").post("/orders/8").then().statusCode(200).body("method", equalTo("POST"));
        assertFalse(upstream.reached().contains("/too-low"));
    }

    @Test
    @Order(1)
    void aLimitThatIsReachedGetsOurAnswer() {
        Api.Key once = admin.key("read_only", ", \"rate_limit\": {\"requests\": 1, \"window_seconds\": 60}");
        with(once).get("/once").then().statusCode(200);

        with(once)
                .get("/twice")
                .then()
                .statusCode(429)
                .contentType("application/problem+json")
                .header("Retry-After", matchesPattern("[1-9][0-9]*"))
                .header("RateLimit", containsString("r=0"))
                .header("X-RateLimit-Limit", equalTo("1"))
                .header("X-RateLimit-Remaining", equalTo("0"))
                .header("X-RateLimit-Reset", matchesPattern("[0-9]{10}"))
                .body("code", equalTo("rate_limit_exceeded"))
                .body("reset", notNullValue());
        assertFalse(upstream.reached().contains("/twice"));
    }

    @Test
    @Order(1)
    void anIdentityFromOutsideNeverReachesTheService() {
        with(reader)
                .header("X-Auth-Account-Id", "acc_forged")
                .header("x-auth-key-id", "key_forged")
                .header("X-AUTH-USER-ID", "usr_forged")
                .header("X-Auth-Permission-Level", "admin", "admin")
                .header("X_Auth_User_Id", "usr_forged")
                .header("X_Auth_Permission_Level", "admin")
                .get("/spoofed")
                .then()
                .statusCode(200)
                .body("headers.'x-auth-account-id'", matchesPattern("acc_[0-9a-z]{26}"))
                .body("headers.'x-auth-key-id'", equalTo(reader.id()))
                .body("headers.'x-auth-permission-level'", equalTo("read_only"))
                .body("headers.'x-auth-user-id'", NOBODY)
                .body("headers.'x_auth_user_id'", NOBODY)
                .body("headers.'x_auth_permission_level'", NOBODY);
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(
            strings = {
                "X-Auth-Permission-Level",
                "X-Auth-Account-Id, x-auth-key-id, X-Auth-Permission-Level",
                "close, X-Auth-Account-Id, x-api-key",
                "X-Forwarded-For, X-Forwarded-Method, X-Original-Method, X-Forwarded-Uri"
            })
    void noConnectionHeaderTakesTheIdentityAway(String named) {
        with(reader)
                .header("Connection", named)
                .get("/named")
                .then()
                .statusCode(200)
                .body("headers.'x-auth-account-id'", matchesPattern("acc_[0-9a-z]{26}"))
                .body("headers.'x-auth-key-id'", equalTo(reader.id()))
                .body("headers.'x-auth-permission-level'", equalTo("read_only"))
                .body("headers.connection", not(containsStringIgnoringCase("x-")));
        with(reader).header("Connection", named).post("/named").then().statusCode(403);
    }

    @Test
    @Order(1)
    void nobodyTellsTheServiceAnotherMethodOrAddress() {
        with(reader)
                .header("X-Forwarded-Method", "GET")
                .header("X-Original-Method", "GET")
                .header("X-HTTP-Method-Override", "GET")
                .post("/overridden")
                .then()
                .statusCode(403);
        Api.Key fenced = admin.key("read_only", ", \"allowed_ips\": [\"192.0.2.1\"]");
        with(fenced)
                .header("X-Forwarded-For", "192.0.2.1")
                .header("Forwarded", "for=192.0.2.1")
                .header("X-Real-IP", "192.0.2.1")
                .get("/fenced")
                .then()
                .statusCode(403)
                .body("code", equalTo("ip_not_allowed"));
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"/q/health/ready", "/.well-known/jwks.json", "/sign-in"})
    void whatIsOpenStaysOpen(String path) {
        request().header("Host", "auth.example.com").get(path).then().statusCode(200);
    }

    @Test
    @Order(1)
    void whatIsForTheClusterIsNotForTheWorld() {
        request().header("Host", "auth.example.com").get("/q/metrics").then().statusCode(404);
        request().get("/_plexe/verify").then().statusCode(anyOf(equalTo(404), equalTo(401)));
    }

    @ParameterizedTest
    @Order(1)
    @MethodSource("ai.plexe.auth.gate.MetricsAccessTest#spellings")
    @ValueSource(strings = "/q%2fmetrics")
    void noSpellingOfTheirPathShowsTheWorldMetrics(String path) throws Exception {
        String answer = RawHttp.send(
                gateway.port(), "GET " + path + " HTTP/1.1\r\nHost: auth.example.com\r\nConnection: close\r\n\r\n");

        assertFalse(answer.contains("plexe_"), answer);
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
    }

    @Test
    @Order(1)
    void aLargeBodyArrivesUntouched() throws Exception {
        byte[] body = new byte[LARGE];
        new SecureRandom().nextBytes(body);

        with(writer)
                .contentType("application/octet-stream")
                .body(body)
                .put("/large")
                .then()
                .statusCode(200)
                .body("length", equalTo(LARGE))
                .body(
                        "sha256",
                        equalTo(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(body))));
    }

    @Test
    @Order(1)
    void aConnectionServesManyAndEachIsJudged() throws Exception {
        String good = "GET /kept HTTP/1.1\r\nHost: api.example.com\r\nx-api-key: " + reader.secret() + "\r\n\r\n";
        String bad = "GET /kept HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n";

        String answers = RawHttp.send(gateway.port(), good + good + bad);

        assertEquals(2, answers.split("HTTP/1.1 200", -1).length - 1, answers);
        assertEquals(1, answers.split("HTTP/1.1 401", -1).length - 1, answers);
    }

    @Test
    @Order(1)
    void webSocketsPassWithAKeyAndNotWithout() throws Exception {
        CompletableFuture<String> echoed = new CompletableFuture<>();
        WebSocket socket = webSocket(reader.secret(), echoed).get(20, TimeUnit.SECONDS);
        socket.sendText("hello", true);
        assertEquals("hello", echoed.get(20, TimeUnit.SECONDS));
        socket.abort();

        assertTrue(webSocket(Api.unknownKey(), new CompletableFuture<>())
                .handle((opened, refused) -> refused != null)
                .get(20, TimeUnit.SECONDS));
    }

    /** Over a connection that has become another protocol's, requests would come that nobody judges. */
    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"h2c", "h2c, websocket", "websocket, h2c", "websocket/13", "TLS/1.0", "x"})
    void noOtherProtocolIsOpened(String protocol) throws Exception {
        String upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol
                + "\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n";
        String last = "GET /q/health/live HTTP/1.1\r\nHost: auth.example.com\r\nConnection: close\r\n\r\n";

        String answer = RawHttp.send(
                gateway.port(),
                "GET /upgraded HTTP/1.1\r\nHost: api.example.com\r\nx-api-key: " + reader.secret() + "\r\n" + upgrade
                        + last);
        assertTrue(Set.of("200", "400").contains(answer.split(" ")[1]), answer);
        assertFalse(answer.contains("\"upgrade\""), answer);
        assertFalse(answer.contains("\"http2-settings\""), answer);

        String ours = RawHttp.send(
                gateway.port(), "GET /q/health/live HTTP/1.1\r\nHost: auth.example.com\r\n" + upgrade + last);
        assertTrue(Set.of("200", "400").contains(ours.split(" ")[1]), ours);
        assertFalse(ours.toLowerCase(Locale.ROOT).contains("upgrade:"), ours);
    }

    private CompletableFuture<WebSocket> webSocket(String key, CompletableFuture<String> echoed) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("x-api-key", key)
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/socket"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                        echoed.complete(text.toString());
                        return null;
                    }
                });
    }

    /** What two servers could read differently hides no request from the one that judges. */
    @ParameterizedTest
    @Order(2)
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
                "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
                "Transfer-Encoding:\u000bchunked\r\nContent-Length: 0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
                "Content-Length: 0\r\nContent-Length: 60\r\n\r\n",
                "Content-Length: +0\r\n\r\n",
                "Content-Length: 0\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n0;x\n\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n",
                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            })
    void nothingIsSmuggledIn(String framing) throws Exception {
        String hidden = "/smuggled-" + Integer.toHexString(framing.hashCode());

        String answers = RawHttp.send(
                gateway.port(),
                "POST /outer HTTP/1.1\r\nHost: api.example.com\r\nx-api-key: " + writer.secret() + "\r\n" + framing
                        + "GET " + hidden + " HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n");

        assertFalse(upstream.reached().contains(hidden), answers);
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(
            strings = {
                "/../q/health",
                "/%2e%2e/x",
                "//x",
                "/a/../b?level=read_only",
                "/x;level=admin",
                "/x?level=read_only"
            })
    void noPathLowersWhatARequestNeeds(String target) throws Exception {
        String answer = RawHttp.send(
                gateway.port(),
                "DELETE " + target + " HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\nx-api-key: "
                        + reader.secret() + "\r\n\r\n");

        assertTrue(Arrays.asList("400", "403", "404").contains(answer.split(" ")[1]), answer);
    }

    /** A gateway may leave out what is too much for it, but neither the method nor the address. */
    @ParameterizedTest
    @Order(2)
    @ValueSource(
            strings = {
                "Cookie: a=b",
                "User-Agent: x",
                "Origin: null",
                "X-Forwarded-For: 192.0.2.1",
                "X-Forwarded-Method: GET"
            })
    void noNumberOfHeadersLowersWhatARequestNeeds(String header) throws Exception {
        String request = "DELETE /crowded HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\nx-api-key: "
                + reader.secret() + "\r\n" + (header + "\r\n").repeat(97) + "\r\n";

        // Which header is one too many may be a matter of chance.
        for (int i = 0; i < 20; i++) {
            String answer = RawHttp.send(gateway.port(), request);
            assertTrue(Set.of("400", "403", "431").contains(answer.split(" ")[1]), answer);
        }
        assertFalse(upstream.reached().contains("/crowded"));
    }

    @Test
    @Order(2)
    void whereTheServiceHangsNobodyGetsIn() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                GatewayProcess before = start(silent.getLocalPort(), upstream.port())) {
            given().baseUri("http://127.0.0.1")
                    .port(before.port())
                    .header("x-api-key", reader.secret())
                    .get("/hanging")
                    .then()
                    .statusCode(503)
                    .contentType("application/problem+json")
                    .body("code", equalTo("temporarily_unavailable"));
        }
        assertFalse(upstream.reached().contains("/hanging"));
    }

    /** Something else is in the service's place, or it fails in a way of which nobody thought. */
    @ParameterizedTest
    @Order(2)
    @ValueSource(ints = {302, 400, 403, 404, 500})
    void whereItsAnswerIsNoneNobodyGetsIn(int status) throws Exception {
        HttpServer stranger = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        stranger.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        stranger.start();
        try (GatewayProcess before = start(stranger.getAddress().getPort(), upstream.port())) {
            given().baseUri("http://127.0.0.1")
                    .port(before.port())
                    .header("x-api-key", reader.secret())
                    .get("/strange")
                    .then()
                    .statusCode(anyOf(equalTo(status), equalTo(503)));
        } finally {
            stranger.stop(0);
        }
        assertFalse(upstream.reached().contains("/strange"));
    }

    @Test
    @Order(3)
    void aProtectedServiceThatIsGoneIsNotWhoFailsToTell() {
        upstream.close();

        with(reader)
                .get("/gone")
                .then()
                .statusCode(anyOf(equalTo(502), equalTo(503)))
                .body(not(containsString("temporarily_unavailable")));
    }

    @Test
    @Order(4)
    void whereTheServiceCannotTellItSaysSoItself() throws Exception {
        redis.cut();

        with(reader)
                .get("/untold")
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", notNullValue())
                .body("code", equalTo("temporarily_unavailable"))
                .body("request_id", notNullValue());
        assertFalse(upstream.reached().contains("/untold"));
    }

    @Test
    @Order(5)
    void whereNobodyCanTellWhoItIsNobodyGetsIn() throws Exception {
        service.close();
        service = null;

        with(reader)
                .get("/unknown")
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", notNullValue())
                .body("code", equalTo("temporarily_unavailable"));
        assertFalse(upstream.reached().contains("/unknown"));
    }
}
