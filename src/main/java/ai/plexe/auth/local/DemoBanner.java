package ai.plexe.auth.local;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.apikey.ApiKeyVerifier;
import ai.plexe.auth.apikey.Presented;
import ai.plexe.auth.apikey.Reason;
import ai.plexe.auth.apikey.Verdict;
import io.quarkus.vertx.VertxContextSupport;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells a newcomer, once the service listens in local mode, where it is and how to sign in. Goes to
 * standard output and never to the log: it holds the demo account's secrets, which log collectors
 * must not get. Silent in all other modes. Runs on a worker thread.
 */
@ApplicationScoped
class DemoBanner {

    private static final Set<Reason> DEAD = EnumSet.of(Reason.INVALID, Reason.REVOKED, Reason.EXPIRED);

    private final HttpServer server;
    private final ApiKeyVerifier verifier;

    DemoBanner(HttpServer server, ApiKeyVerifier verifier) {
        this.server = server;
        this.verifier = verifier;
    }

    void print(@ObservesAsync HttpServerStart start) throws Throwable {
        if (LocalMode.isEntered()) {
            Path directory = Path.of(System.getProperty(LocalMode.DIRECTORY_PROPERTY));
            String address = "http://localhost:" + server.getPort();
            Optional<DemoAccount> account = DemoAccount.in(directory);
            boolean works = account.isEmpty() || works(account.get().apiKey());
            PrintStream out = System.out;
            out.print(account.map(it -> text(address, directory, it, works)).orElseGet(() -> text(address, directory)));
            out.flush();
        }
    }

    /** Whether the demo key is still accepted; about a key of the operator's own nothing is said. */
    private boolean works(String key) throws Throwable {
        if (!key.equals(System.getProperty(DemoAccount.API_KEY_SETTING))) {
            return true;
        }
        Presented presented = new Presented(
                ApiKeySecret.parse(key).digest(),
                PermissionLevel.READ_ONLY,
                false,
                Event.KEY_VERIFY,
                Client.NOBODY,
                0,
                null,
                true);
        return VertxContextSupport.subscribeAndAwait(() -> verifier.verify(presented)
                .map(verdict -> !(verdict instanceof Verdict.Rejected refused && DEAD.contains(refused.reason())))
                .onFailure()
                .recoverWithItem(true));
    }

    private static String text(String address, Path directory) {
        return """

                  Plexe Auth, local mode. Data: %2$s

                    Console    %1$s
                    Swagger UI %1$s/q/swagger-ui

                """.formatted(address, directory);
    }

    private static String text(String address, Path directory, DemoAccount account, boolean works) {
        String key = offered(DemoAccount.API_KEY_SETTING, account.apiKey(), "$PLEXE_BOOTSTRAP_API_KEY");
        return """

                  Plexe Auth, local mode. Data: %2$s

                    Console    %1$s
                    Sign in    %3$s
                    Password   %4$s
                    API key    %5$s
                    Swagger UI %1$s/q/swagger-ui

                %6$s""".formatted(
                        address,
                        directory,
                        offered(DemoAccount.EMAIL_SETTING, account.email(), "$PLEXE_BOOTSTRAP_EMAIL"),
                        offered(DemoAccount.PASSWORD_SETTING, account.password(), "$PLEXE_BOOTSTRAP_PASSWORD"),
                        works ? key : "revoked, rotated or expired; delete " + directory + " to begin anew",
                        works ? examples(address, key) : "");
    }

    /**
     * The curl lines are whole and unindented by design: they are there to be pasted into a shell.
     */
    private static String examples(String address, String key) {
        return """
                  Try it:

                # the models this key may see
                curl -H "x-api-key: %2$s" %1$s/models
                # a new API key
                curl -H "x-api-key: %2$s" -H "content-type: application/json" \
                -d '{"name":"My first key","permission_level":"read_write"}' %1$s/auth/api-keys
                # all API keys
                curl -H "x-api-key: %2$s" %1$s/auth/api-keys

                """.formatted(address, key);
    }

    /**
     * What the operator has set is theirs and is not repeated: the name of their setting stands for
     * it.
     */
    private static String offered(String setting, String demo, String operators) {
        return demo.equals(System.getProperty(setting)) ? demo : operators;
    }
}
