package ai.plexe.auth;

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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL and Redis are spoken with over TLS, and only if they are who they should be. */
class StoresOverTlsIT {

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

    private static Instance launch(String databaseUrl, String redisUrl, Certificates redisAuthority) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("PLEXE_DATABASE_URL", databaseUrl);
        environment.put("PLEXE_REDIS_URL", redisUrl);
        environment.put("QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM", "true");
        environment.put(
                "QUARKUS_REDIS_TLS_TRUST_CERTIFICATE_PEM_CERTS",
                redisAuthority.file("ca.pem").toString());
        environment.put("PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey());
        return Instance.launch(environment);
    }

    @Test
    void everyConnectionIsEncrypted() throws Exception {
        try (Instance service = launch(databaseAt("localhost", certificates), redisAt("localhost"), certificates);
                Connection database = database();
                Statement statement = database.createStatement()) {
            service.awaitReady();
            service.as(Backends.adminKey()).models().then().statusCode(200);

            assertEquals(
                    "0",
                    text(
                            statement,
                            "SELECT count(*) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
                                    + " WHERE application_name = 'plexe-auth' AND NOT ssl"));
            assertNotEquals(
                    "0",
                    text(statement, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'plexe-auth'"));
        }
    }

    @Test
    void aDatabaseOfAnotherNameOrAuthorityIsNotSpokenWith() throws Exception {
        doesNotStart(databaseAt("127.0.0.1", certificates), redisAt("localhost"), certificates);
        doesNotStart(databaseAt("localhost", others), redisAt("localhost"), certificates);
    }

    @Test
    void aRedisOfAnotherNameOrAuthorityIsNotSpokenWith() throws Exception {
        doesNotStart(databaseAt("localhost", certificates), redisAt("127.0.0.1"), certificates);
        doesNotStart(databaseAt("localhost", certificates), redisAt("localhost"), others);
    }

    private static void doesNotStart(String databaseUrl, String redisUrl, Certificates redisAuthority)
            throws Exception {
        try (Instance refused = launch(databaseUrl, redisUrl, redisAuthority)) {
            assertTrue(refused.process().waitFor(60, TimeUnit.SECONDS), refused::log);
            assertNotEquals(0, refused.process().exitValue(), refused::log);
            assertFalse(
                    refused.log().contains(servers.databaseUrl().getUserInfo().split(":")[1]));
        }
    }
}
