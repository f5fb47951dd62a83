package ai.plexe.auth;

import ai.plexe.auth.local.LocalModeException;
import ai.plexe.auth.openapi.LateDocument;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * The way in: settles where PostgreSQL and Redis are before the service starts, and says in one
 * line what is missing.
 *
 * <p>Called again in the same JVM after each live reload of development mode. Tests of the service
 * don't pass here.
 */
@QuarkusMain
public final class PlexeAuth {

    /** Starts the service and returns when it has ended; exits with 1 if it can't start. */
    public static void main(String... arguments) {
        try {
            new ServerChoice().settle();
        } catch (LocalModeException | IllegalArgumentException e) {
            System.err.println("Plexe Auth can't start: " + e.getMessage());
            System.exit(1);
        }
        LateDocument.postpone();
        Quarkus.run(arguments);
    }
}
