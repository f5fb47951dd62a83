package ai.plexe.auth.account;

import ai.plexe.auth.account.PasswordHash.Cost;
import ai.plexe.auth.id.TimeOrderedId;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/** People who can sign in, written straight into the database. */
final class People {

    static final String PASSWORD = "a rather long password";
    static final Cost TODAYS = new Cost(19 * 1024, 2, 1);

    private People() {}

    static String newEmail() {
        return "ada." + UUID.randomUUID() + "@example.org";
    }

    /** Adds the owner of a new account, whose address is verified, and gives it. */
    static String add(Connection database) throws SQLException {
        return add(database, PASSWORD);
    }

    /**
     * @param password null for somebody who has none
     */
    static String add(Connection database, String password) throws SQLException {
        String email = newEmail();
        String account = TimeOrderedId.next("acc", Instant.now());
        run(database, "INSERT INTO account (id, name, created_at) VALUES (?, 'Theirs', now())", account);
        run(
                database,
                "INSERT INTO account_user (id, account_id, email, name, password_hash, role, created_at, email_verified_at)"
                        + " VALUES (?, ?, ?, 'Ada', ?, 'owner', now(), now())",
                TimeOrderedId.next("usr", Instant.now()),
                account,
                email,
                password == null
                        ? null
                        : PasswordHash.of(password, TODAYS, new SecureRandom()).toPhc());
        return email;
    }

    static void run(Connection database, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(database, sql, parameters)) {
            statement.executeUpdate();
        }
    }

    /** What the database says of the user, as text. */
    static String read(Connection database, String column, String email) throws SQLException {
        try (PreparedStatement statement =
                        prepare(database, "SELECT " + column + " FROM account_user WHERE email = ?", email);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static PreparedStatement prepare(Connection database, String sql, String... parameters)
            throws SQLException {
        PreparedStatement statement = database.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setString(i + 1, parameters[i]);
        }
        return statement;
    }
}
