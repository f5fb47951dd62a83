package ai.plexe.auth.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Mailed links, as the database keeps them. */
public final class Links {

    private Links() {}

    /** Lets every link that was sent to this address expire. */
    public static void expire(String email) throws SQLException {
        try (Connection database = Backends.database();
                PreparedStatement statement = database.prepareStatement(
                        "UPDATE mail_link SET expires_at = now() - interval '1 second' WHERE email = ?")) {
            statement.setString(1, email);
            if (statement.executeUpdate() == 0) {
                throw new AssertionError("no link for " + email);
            }
        }
    }
}
