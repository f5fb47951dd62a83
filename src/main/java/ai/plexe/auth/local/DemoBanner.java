package ai.plexe.auth.local;

import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a newcomer, once the service listens in local mode, where it is and how to sign in. Goes to
 * standard output and never to the log: it holds the demo account's secrets, which log collectors
 * must not get. Silent in all other modes. Runs on a worker thread.
 */
@ApplicationScoped
class DemoBanner {

    private final HttpServer server;

    DemoBanner(HttpServer server) {
        this.server = server;
    }

    void print(@ObservesAsync HttpServerStart start) throws IOException {
        if (LocalMode.isEntered()) {
            Path directory = Path.of(System.getProperty(LocalMode.DIRECTORY_PROPERTY));
            String address = "http://localhost:" + server.getPort();
            Optional<DemoAccount> account = DemoAccount.in(directory);
            PrintStream out = System.out;
            out.print(account.map(it -> text(address, directory, it)).orElseGet(() -> text(address, directory)));
            out.flush();
        }
    }

    private static String text(String address, Path directory) {
        return """

                  Plexe Auth, local mode. Data: %2$s

                    Console    %1$s
                    Swagger UI %1$s/q/swagger-ui

                """.formatted(address, directory);
    }

    /**
     * The curl lines are whole and unindented by design: they are there to be pasted into a shell.
     */
    private static String text(String address, Path directory, DemoAccount account) {
        String key = offered(DemoAccount.API_KEY_SETTING, account.apiKey(), "$PLEXE_BOOTSTRAP_API_KEY");
        return """

                  Plexe Auth, local mode. Data: %2$s

                    Console    %1$s
                    Sign in    %3$s
                    Password   %4$s
                    API key    %5$s
                    Swagger UI %1$s/q/swagger-ui

                  Try it:

                # the models this key may see
                curl -H "x-api-key: %5$s" %1$s/models
                # a new API key
                curl -H "x-api-key: %5$s" -H "content-type: application/json" \
                -d '{"name":"My first key","permission_level":"read_write"}' %1$s/auth/api-keys
                # all API keys
                curl -H "x-api-key: %5$s" %1$s/auth/api-keys

                """.formatted(
                        address,
                        directory,
                        offered(DemoAccount.EMAIL_SETTING, account.email(), "$PLEXE_BOOTSTRAP_EMAIL"),
                        offered(DemoAccount.PASSWORD_SETTING, account.password(), "$PLEXE_BOOTSTRAP_PASSWORD"),
                        key);
    }

    /**
     * What the operator has set is theirs and is not repeated: the name of their setting stands for
     * it.
     */
    private static String offered(String setting, String demo, String operators) {
        return demo.equals(System.getProperty(setting)) ? demo : operators;
    }
}
