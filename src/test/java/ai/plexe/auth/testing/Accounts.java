package ai.plexe.auth.testing;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.id.TimeOrderedId;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;

/** Further accounts, written straight into the database: nothing over HTTP makes them. */
public final class Accounts {

    private Accounts() {}

    /** Makes an account and gives an {@code admin} key of it. */
    public static String adminKeyOfNewAccount(Connection database) throws SQLException {
        ApiKeySecret secret = ApiKeySecret.generate(new SecureRandom());
        String account = TimeOrderedId.next("acc", Instant.now());
        String key = TimeOrderedId.next("key", Instant.now());
        run(database, "INSERT INTO account (id, name, created_at) VALUES (?, 'Another', now())", account);
        run(
                database,
                "INSERT INTO api_key (id, account_id, name, permission_level, digest, preview, created_at)"
                        + " VALUES (?, ?, 'theirs', 'admin', ?, ?, now())",
                key,
                account,
                secret.digest(),
                secret.preview());
        run(
                database,
                "INSERT INTO api_key_secret (digest, key_id, created_at) VALUES (?, ?, now())",
                secret.digest(),
                key);
        return secret.reveal();
    }

    private static void run(Connection database, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
