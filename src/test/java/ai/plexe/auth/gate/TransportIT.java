package ai.plexe.auth.gate;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Certificates;
import ai.plexe.auth.testing.Instance;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The service speaks HTTPS, and shows secrets to nobody on the way. */
class TransportIT {

    private static final String KEY = ApiKeySecret.generate(new SecureRandom()).reveal();
    private static final char[] PASSWORD = "changeit".toCharArray();

    private static LocalServers servers;
    private static Certificates certificates;
    private static Instance service;
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
        environment.put("PLEXE_TLS_CERTIFICATE", certificates.file("server.pem").toString());
        environment.put("PLEXE_TLS_KEY", certificates.file("server.key").toString());
        environment.put("PLEXE_TLS_CLIENT_CA", certificates.file("ca.pem").toString());
        environment.put("PLEXE_TLS_RELOAD_PERIOD", "31s");
        service = Instance.start(environment);
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> serial() != null);
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
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
        HttpRequest.Builder request = HttpRequest.newBuilder(service.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
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
        SSLParameters old = new SSLParameters();
        old.setProtocols(new String[] {"TLSv1.1"});

        assertThrows(
                IOException.class,
                () -> HttpClient.newBuilder()
                        .sslContext(context(null))
                        .sslParameters(old)
                        .build()
                        .send(https("/models").build(), BodyHandlers.discarding()));
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
}
