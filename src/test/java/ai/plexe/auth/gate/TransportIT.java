package ai.plexe.auth.gate;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Certificates;
import ai.plexe.auth.testing.Instance;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The service speaks HTTPS, and shows secrets to nobody on the way. */
class TransportIT {

    private static final String KEY = ApiKeySecret.generate(new SecureRandom()).reveal();
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final HexFormat HEX = HexFormat.of();
    private static final int LONGEST_SILENCE_MS = 10_000;

    private static LocalServers servers;
    private static Certificates certificates;
    private static Instance service;
    private static Instance behindProxy;
    private static int tlsPort;

    @BeforeAll
    static void start() throws Exception {
        servers = LocalServers.startFresh();
        certificates = new Certificates();
        certificates.sign("server", "localhost");
        certificates.sign("gateway", "gateway");
        tlsPort = Instance.freePort();
        Map<String, String> environment = new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                servers.redisUrl().toString(),
                "PLEXE_PUBLIC_URL",
                "https://localhost:" + tlsPort,
                "PLEXE_BOOTSTRAP_EMAIL",
                "owner@example.org",
                "PLEXE_BOOTSTRAP_API_KEY",
                KEY,
                "QUARKUS_HTTP_SSL_PORT",
                String.valueOf(tlsPort)));
        Map<String, String> withProxy = new HashMap<>(environment);
        withProxy.put("PLEXE_TRUSTED_PROXIES", "127.0.0.1");
        environment.put("PLEXE_TLS_CERTIFICATE", certificates.file("server.pem").toString());
        environment.put("PLEXE_TLS_KEY", certificates.file("server.key").toString());
        environment.put("PLEXE_TLS_CLIENT_CA", certificates.file("ca.pem").toString());
        environment.put("PLEXE_TLS_RELOAD_PERIOD", "31s");
        service = Instance.start(environment);
        behindProxy = Instance.start(withProxy);
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> serial() != null);
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
        }
        if (behindProxy != null) {
            behindProxy.close();
        }
        servers.close();
    }

    /** @param own whose certificate the client shows; null for none */
    private static SSLContext context(Certificates own) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(certificates.file("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore shown = KeyStore.getInstance("PKCS12");
        try (var in = own == null ? null : Files.newInputStream(own.file("gateway.p12"))) {
            shown.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static HttpClient client(Certificates own) throws Exception {
        return HttpClient.newBuilder().sslContext(context(own)).build();
    }

    private static HttpRequest.Builder https(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + tlsPort + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static HttpResponse<String> plain(String path, String... headers) throws Exception {
        return plain(service, path, headers);
    }

    private static HttpResponse<String> plain(Instance instance, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(instance.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    /** @param ways what the proxy says about how the original came, each in a line of its own */
    private static HttpResponse<String> forwarded(String... ways) throws Exception {
        List<String> headers = new ArrayList<>(List.of("x-api-key", KEY));
        for (String way : ways) {
            headers.addAll(List.of("X-Forwarded-Proto", way));
        }
        return plain(behindProxy, "/models", headers.toArray(String[]::new));
    }

    @Test
    void httpsIsSpokenOverHttp2AndKeptTo() throws Exception {
        HttpResponse<String> answer =
                client(null).send(https("/models").header("x-api-key", KEY).build(), BodyHandlers.ofString());

        assertEquals(200, answer.statusCode());
        assertEquals(HttpClient.Version.HTTP_2, answer.version());
        assertTrue(answer.headers()
                .firstValue("Strict-Transport-Security")
                .orElse("")
                .startsWith("max-age="));
    }

    @Test
    void whatIsOlderThanTls12IsNotSpoken() throws Exception {
        for (String older : new String[] {"0301", "0302"}) {
            ByteBuffer refusal = answerTo(clientHello(older));
            assertEquals(21, refusal.get(0), "an alert");
            assertEquals(70, refusal.get(6), "protocol_version");
        }

        ByteBuffer answer = answerTo(clientHello("0303"));
        assertEquals(22, answer.get(0), "a handshake");
        assertEquals(2, answer.get(5), "ServerHello");
        assertEquals(0x0303, answer.getShort(9));
    }

    @Test
    void aSecretInTheClearIsRefused() throws Exception {
        HttpResponse<String> answer = plain("/models", "x-api-key", KEY);

        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("\"https_required\""), answer.body());
        assertEquals(
                403, plain("/models", "x-api-key", KEY, "Accept", "text/html").statusCode());
        assertEquals(
                403,
                plain("/models", "x-api-key", KEY, "X-Forwarded-Proto", "https").statusCode());
        for (String detour : new String[] {"/q/../models", "/q/%2e%2e/models", "/q/x/../../models"}) {
            assertEquals(403, plain(detour, "x-api-key", KEY).statusCode(), detour);
        }
    }

    @Test
    void aTrustedProxyTellsHowTheOriginalCame() throws Exception {
        assertEquals(200, forwarded("https").statusCode());
        for (String[] ways : new String[][] {{}, {"http"}, {"https", "http"}, {"http", "https"}, {"https, http"}}) {
            HttpResponse<String> answer = forwarded(ways);
            assertEquals(403, answer.statusCode(), () -> Arrays.toString(ways));
            assertTrue(answer.body().contains("\"https_required\""), answer.body());
        }
    }

    @Test
    void whatATrustedProxyAsksAboutIsItsOwnAffair() throws Exception {
        assertEquals(200, plain(behindProxy, "/auth/verify", "x-api-key", KEY).statusCode());
    }

    @Test
    void whoeverSentASecretInTheClearIsInTheLog() throws Exception {
        plain("/models?in=the-clear", "x-api-key", KEY, "Authorization", "Bearer x");
        HttpRequest log = https("/auth/access-logs?unattributed=true&event=key.use&outcome=https_required")
                .header("x-api-key", KEY)
                .build();

        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        client(null).send(log, BodyHandlers.ofString()).body().contains("\"/models\""));
    }

    @Test
    void aBrowserIsLedToHttps() throws Exception {
        HttpResponse<String> answer = plain("/sign-in?next=/usage", "Accept", "text/html");

        assertEquals(308, answer.statusCode());
        assertEquals(
                "https://localhost:" + tlsPort + "/sign-in?next=/usage",
                answer.headers().firstValue("Location").orElseThrow());
    }

    @Test
    void whatIsNobodysSecretIsToldEitherWay() throws Exception {
        for (String path : new String[] {"/q/health/live", "/q/metrics", "/.well-known/jwks.json"}) {
            assertEquals(200, plain(path).statusCode(), path);
        }
    }

    @Test
    void aGatewayShowsItsCertificateAndABrowserNeedsNone() throws Exception {
        HttpRequest asked = https("/auth/verify").header("x-api-key", KEY).build();

        HttpResponse<String> without = client(null).send(asked, BodyHandlers.ofString());
        assertEquals(403, without.statusCode());
        assertTrue(without.body().contains("\"client_certificate_required\""), without.body());
        assertEquals(
                "client_certificate_required",
                client(null)
                        .send(
                                https("/auth/verify/nginx")
                                        .header("x-api-key", KEY)
                                        .build(),
                                BodyHandlers.ofString())
                        .headers()
                        .firstValue("X-Auth-Error")
                        .orElse(null));
        assertEquals(
                403,
                client(null)
                        .send(
                                https("/auth/verify/envoy/x")
                                        .header("x-api-key", KEY)
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode());
        assertEquals(
                200, client(certificates).send(asked, BodyHandlers.discarding()).statusCode());
        assertEquals(
                200,
                client(null)
                        .send(https("/sign-in").build(), BodyHandlers.discarding())
                        .statusCode());
        assertEquals(403, plain("/auth/verify", "x-api-key", KEY).statusCode());
    }

    @Test
    void aCertificateOfSomebodyElsesIsNone() throws Exception {
        Certificates others = new Certificates();
        others.sign("gateway", "gateway");
        try {
            assertEquals(
                    403,
                    client(others)
                            .send(https("/auth/verify").header("x-api-key", KEY).build(), BodyHandlers.discarding())
                            .statusCode());
        } catch (IOException refusedInTheHandshake) {
            assertFalse(refusedInTheHandshake instanceof ConnectException, refusedInTheHandshake::toString);
        }
    }

    @Test
    void aNewCertificateIsTakenUpWithoutARestart() throws Exception {
        BigInteger before = serial();

        certificates.sign("server", "localhost");

        // A handshake in the very moment of the exchange may be broken off.
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(SSLException.class)
                .until(() -> !serial().equals(before));
        assertNotEquals(before, serial());
    }

    private static BigInteger serial() throws Exception {
        return ((X509Certificate) client(null)
                        .send(https("/q/health/live").build(), BodyHandlers.discarding())
                        .sslSession()
                        .orElseThrow()
                        .getPeerCertificates()[0])
                .getSerialNumber();
    }

    /** The first record of the answer, with its header of five bytes. */
    private static ByteBuffer answerTo(byte[] hello) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", tlsPort)) {
            socket.setSoTimeout(LONGEST_SILENCE_MS);
            socket.getOutputStream().write(hello);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] header = new byte[5];
            in.readFully(header);
            byte[] content = new byte[ByteBuffer.wrap(header).getShort(3)];
            in.readFully(content);
            return ByteBuffer.allocate(header.length + content.length)
                    .put(header)
                    .put(content);
        }
    }

    /**
     * A ClientHello (RFC 5246, section 7.4.1.2) of a client that speaks nothing newer; JDK's own refuses what is old by itself.
     *
     * @param version in hexadecimal digits, as all that is put together here
     */
    private static byte[] clientHello(String version) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String host = HEX.formatHex("localhost".getBytes(StandardCharsets.US_ASCII));
        String ciphers = "c02b" + "c02f" + "c009" + "c013" + "002f";
        String serverName = "0000" + counted(2, counted(2, "00" + counted(2, host)));
        String supportedGroups = "000a" + counted(2, counted(2, "0017" + "001d"));
        String pointFormats = "000b" + counted(2, counted(1, "00"));
        String signatureAlgorithms = "000d" + counted(2, counted(2, "0403" + "0804" + "0401"));
        String noSession = counted(1, "");
        String noCompression = counted(1, "00");
        String hello = version
                + HEX.formatHex(random)
                + noSession
                + counted(2, ciphers)
                + noCompression
                + counted(2, serverName + supportedGroups + pointFormats + signatureAlgorithms);
        return HEX.parseHex("16" + "0301" + counted(2, "01" + counted(3, hello)));
    }

    /** This after its length, which takes so many bytes. */
    private static String counted(int bytes, String content) {
        return HEX.toHexDigits(content.length() / 2, 2 * bytes) + content;
    }
}
