package ai.plexe.auth.testing;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.local.LocalServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;

/** The real PostgreSQL and Redis that the tests' service talks to, and the account it begins with. */
public final class Backends implements QuarkusTestResourceLifecycleManager {

    private static final String ADMIN_KEY =
            ApiKeySecret.generate(new SecureRandom()).reveal();

    private static final String MASTER_KEY = newMasterKey();

    private static LocalServers servers;

    @Override
    public Map<String, String> start() {
        servers = LocalServers.startFresh();
        return Map.of(
                "plexe.database.url",
                servers.databaseUrl().toString(),
                "plexe.redis.url",
                servers.redisUrl().toString(),
                "plexe.bootstrap.email",
                "owner@example.org",
                "plexe.bootstrap.password",
                "correct horse battery",
                "plexe.bootstrap.api-key",
                ADMIN_KEY,
                "plexe.failed-attempt-limit",
                "20/1m",
                "plexe.trusted-proxies",
                "127.0.0.1,::1",
                "plexe.public-url",
                "http://localhost:8080",
                "plexe.master-key",
                MASTER_KEY);
    }

    @Override
    public void stop() {
        servers.close();
    }

    /** An {@code admin} key of the first account. */
    public static String adminKey() {
        return ADMIN_KEY;
    }

    /** With which the signing keys in the database are wrapped. */
    public static String masterKey() {
        return MASTER_KEY;
    }

    public static String newMasterKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    public static URI redisUrl() {
        return servers.redisUrl();
    }

    public static Connection database() throws SQLException {
        return connect(servers.databaseUrl());
    }

    public static Connection connect(URI url) throws SQLException {
        String[] user = url.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), user[0], user[1]);
    }
}
