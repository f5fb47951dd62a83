package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A trace that a gateway has begun goes on through the service to Redis and PostgreSQL, and tells no secret. */
class TracingIT {

    /** Without it, whose spans these are nobody could tell. */
    private static final KeyValue NAME = KeyValue.newBuilder()
            .setKey("service.name")
            .setValue(AnyValue.newBuilder().setStringValue("plexe-auth"))
            .build();

    private static final Queue<Span> SPANS = new ConcurrentLinkedQueue<>();

    private static HttpServer collector;
    private static LocalServers servers;
    private static Instance service;

    @BeforeAll
    static void start() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()).getResourceSpansList().stream()
                        .filter(resource ->
                                resource.getResource().getAttributesList().contains(NAME))
                        .flatMap(resource -> resource.getScopeSpansList().stream())
                        .forEach(scope -> SPANS.addAll(scope.getSpansList()));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
        servers = LocalServers.startFresh();
        service = Instance.start(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                servers.redisUrl().toString(),
                "PLEXE_BOOTSTRAP_API_KEY",
                Backends.adminKey(),
                "PLEXE_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                "PLEXE_OTLP_SAMPLE_RATIO",
                "0",
                "PLEXE_GITHUB_CLIENT_ID",
                "us",
                "PLEXE_GITHUB_CLIENT_SECRET",
                "a secret of ours",
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY",
                "200ms"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        servers.close();
        collector.stop(0);
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String traceparent(String trace, boolean sampled) {
        return "00-" + trace + "-00f067aa0ba902b7-" + (sampled ? "01" : "00");
    }

    private static List<Span> spans(String trace) {
        ByteString id = ByteString.copyFrom(HexFormat.of().parseHex(trace));
        return SPANS.stream().filter(span -> span.getTraceId().equals(id)).toList();
    }

    private static Span awaitSpan(String trace, Predicate<Span> wanted) {
        return await().atMost(Duration.ofSeconds(20))
                .until(() -> spans(trace).stream().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    private static void get(String path, String trace, boolean sampled, int status) {
        given().redirects()
                .follow(false)
                .header("x-api-key", Backends.adminKey())
                .header("traceparent", traceparent(trace, sampled))
                .get(service.uri(path))
                .then()
                .statusCode(status);
    }

    @Test
    void aTraceGoesOnFromTheGatewayToSqlAndRedis() {
        String trace = newTrace();

        get("/models?limit=7", trace, true, 200);

        Span server = awaitSpan(trace, span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER);
        assertEquals("GET /models", server.getName());
        assertEquals(
                "00f067aa0ba902b7",
                HexFormat.of().formatHex(server.getParentSpanId().toByteArray()));
        awaitSpan(trace, span -> span.getName().equals("evalsha"));
        awaitSpan(trace, span -> span.getName().equals("SELECT model"));
    }

    @Test
    void noQueryAndNoCredentialIsToldOf() {
        String trace = newTrace();

        get("/auth/oauth/github/callback?code=a-secret-code&state=a-secret-state", trace, true, 303);

        awaitSpan(trace, span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER);
        String told = spans(trace).toString();
        assertFalse(told.contains("a-secret"), told);
        String all = SPANS.toString();
        assertFalse(all.contains(Backends.adminKey()), "the key");
        assertFalse(all.contains(servers.redisUrl().getUserInfo().replace(":", "")), "Redis's password");
    }

    @Test
    void whatAClientPutsInTheWrongPlaceIsNotToldOf() {
        String trace = newTrace();
        String key = Backends.adminKey();

        given().header("traceparent", traceparent(trace, true))
                .header("User-Agent", "client " + key)
                .header("X-Forwarded-For", "192.0.2.77")
                .get(service.uri("/auth/api-keys/" + key))
                .then()
                .statusCode(401);
        given().header("traceparent", traceparent(trace, true))
                .contentType("application/json")
                .body("{\"email\": \"a@example.org\", \"password\": hunter2}")
                .post(service.uri("/auth/login"))
                .then()
                .statusCode(400);

        awaitSpan(trace, span -> span.getName().equals("POST /auth/login"));
        awaitSpan(trace, span -> span.toString().contains("/auth/api-keys/***"));
        String told = spans(trace).toString();
        for (String secret : List.of(key, "hunter2", "192.0.2.77")) {
            assertFalse(told.contains(secret), told);
        }
    }

    @Test
    void whoeverAsksDecidesWhetherThereIsOne() {
        String unwanted = newTrace();
        String wanted = newTrace();

        get("/models", unwanted, false, 200);
        get("/models", wanted, true, 200);

        awaitSpan(wanted, span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER);
        assertTrue(spans(unwanted).isEmpty());
    }

    @Test
    void anEndpointThatIsNoneStopsTheStart() throws Exception {
        try (Instance refused = Instance.launch(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                servers.redisUrl().toString(),
                "PLEXE_OTLP_ENDPOINT",
                "collector:4318"))) {
            assertTrue(refused.process().waitFor(60, TimeUnit.SECONDS), refused::log);
            assertTrue(refused.log().contains("PLEXE_OTLP_ENDPOINT"), refused::log);
        }
    }
}
