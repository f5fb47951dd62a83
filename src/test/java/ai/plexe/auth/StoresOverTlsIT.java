package ai.plexe.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Certificates;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL and Redis are spoken with over TLS, and only if they are who they should be. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoresOverTlsIT {

    private static final Pattern WHY =
            Pattern.compile("(?i)no name matching|no subject alternative|could not be verified"
                    + "|hostname|unable to find valid certification path|certificate");

    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static Certificates others;
    private static LocalServers servers;
    private static RedisProcess redis;
    private static int redisTlsPort;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates();
        certificates.sign("server", "localhost");
        others = new Certificates();
        servers = startSecured();
        redisTlsPort = Instance.freePort();
        redis = RedisProcess.start(
                Instance.freePort(),
                directory,
                "tls-port " + redisTlsPort,
                "tls-cert-file " + certificates.file("server.pem"),
                "tls-key-file " + certificates.file("server.key"),
                "tls-ca-cert-file " + certificates.file("ca.pem"),
                "tls-auth-clients no");
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
        servers.close();
    }

    /** PostgreSQL refuses a key that is anybody else's to read, and may run as another user than the tests. */
    private static LocalServers startSecured() throws Exception {
        Path data = directory.resolve("data");
        LocalServers.start(data).close();
        Path settings;
        try (Stream<Path> files = Files.walk(data)) {
            settings = files.filter(file -> file.endsWith("postgresql.conf"))
                    .findFirst()
                    .orElseThrow();
        }
        for (String name : new String[] {"server.pem", "server.key"}) {
            Path copy = Files.copy(certificates.file(name), settings.resolveSibling(name));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
            Files.setOwner(copy, Files.getOwner(settings));
        }
        Files.writeString(
                settings,
                "\nssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n",
                StandardOpenOption.APPEND);
        return LocalServers.start(data);
    }

    private static Connection database() throws Exception {
        String[] credentials = servers.databaseUrl().getUserInfo().split(":");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + servers.databaseUrl().getPort()
                        + servers.databaseUrl().getPath(),
                credentials[0],
                credentials[1]);
    }

    private static String text(Statement statement, String query) throws Exception {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String databaseAt(String host, Certificates authority) {
        return servers.databaseUrl().toString().replace("127.0.0.1", host) + "?sslmode=verify-full&sslrootcert="
                + authority.file("ca.pem");
    }

    private static String redisAt(String host) {
        return "rediss://" + host + ":" + redisTlsPort;
    }

    private static Map<String, String> environment(String databaseUrl, String redisUrl, Certificates redisAuthority) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PLEXE_DATABASE_URL", databaseUrl);
        environment.put("PLEXE_REDIS_URL", redisUrl);
        environment.put("QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM", "true");
        environment.put(
                "QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM_CERTS",
                redisAuthority.file("ca.pem").toString());
        environment.put("PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey());
        return environment;
    }

    @Test
    @Order(1)
    void everyConnectionIsEncrypted() throws Exception {
        try (Instance service = Instance.start(
                        environment(databaseAt("localhost", certificates), redisAt("localhost"), certificates));
                Connection database = database();
                Statement statement = database.createStatement()) {
            service.as(Backends.adminKey()).models().then().statusCode(200);

            assertEquals("0", text(statement, clients("NOT ssl")));
            assertNotEquals("0", text(statement, clients("ssl")));
        }
    }

    private static String clients(String which) {
        return "SELECT count(*) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND " + which;
    }

    /** Either driver refuses it: Flyway's, where Quarkus is told to migrate before all else, and the one that does the rest. */
    @Test
    @Order(2)
    void aDatabaseOfAnotherNameOrAuthorityIsNotSpokenWith() throws Exception {
        for (String migrates : List.of("true", "false")) {
            for (String url : List.of(databaseAt("127.0.0.1", certificates), databaseAt("localhost", others))) {
                Map<String, String> environment = environment(url, redisAt("localhost"), certificates);
                environment.put("QUARKUS_FLYWAY_MIGRATE_AT_START", migrates);
                doesNotStart(environment);
            }
        }
    }

    /** The service waits for its Redis, and is not ready without. */
    @Test
    @Order(3)
    void aRedisOfAnotherNameOrAuthorityIsNotSpokenWith() throws Exception {
        String database = databaseAt("localhost", certificates);
        try (Instance misnamed = Instance.launch(environment(database, redisAt("127.0.0.1"), certificates));
                Instance strange = Instance.launch(environment(database, redisAt("localhost"), others))) {
            for (Instance waiting : List.of(misnamed, strange)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> waiting.log().contains("Listening on")
                                && waiting.log().contains("SSLHandshakeException"));
                assertFalse(waiting.isReady());
            }
        }
    }

    private static void doesNotStart(Map<String, String> environment) throws Exception {
        try (Instance refused = Instance.launch(environment)) {
            assertTrue(refused.process().waitFor(60, TimeUnit.SECONDS), refused::log);
            assertNotEquals(0, refused.process().exitValue(), refused::log);
            assertTrue(WHY.matcher(refused.log()).find(), refused::log);
            assertFalse(
                    refused.log().contains(servers.databaseUrl().getUserInfo().split(":")[1]));
        }
    }
}
