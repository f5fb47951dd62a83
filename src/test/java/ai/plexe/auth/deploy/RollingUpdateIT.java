package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Two instances behind HAProxy are replaced one by one under load, with a change of the schema between: nobody notices. */
class RollingUpdateIT {

    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String[] PATHS = {"/auth/verify", "/models", "/auth/api-keys"};

    /** As the version after this one may change it, while this one goes on. */
    private static final String[] NEXT_MIGRATION = {
        "ALTER TABLE api_key ADD COLUMN note text",
        "ALTER TABLE model ADD COLUMN note text NOT NULL DEFAULT ''",
        "ALTER TABLE account ADD COLUMN note text",
        "ALTER TABLE account_user ADD COLUMN note text",
        "CREATE INDEX CONCURRENTLY model_note ON model (note)",
        "INSERT INTO flyway_schema_history SELECT installed_rank + 1, '1000', 'later', 'SQL', 'V1000__later.sql', 1, 'plexe', now(), 1,"
                + " true FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1",
    };

    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean done;

    @Test
    void notOneRequestFails() throws Exception {
        if (!Files.isExecutable(HAPROXY)) {
            System.err.println("SKIPPED: no haproxy on this machine, so no rolling update is tried.");
        }
        Assumptions.assumeTrue(Files.isExecutable(HAPROXY), "no haproxy on this machine");
        String key = ApiKeySecret.generate(new SecureRandom()).reveal();
        try (LocalServers servers = LocalServers.startFresh()) {
            Map<String, String> environment = Map.of(
                    "PLEXE_DATABASE_URL",
                    servers.databaseUrl().toString(),
                    "PLEXE_REDIS_URL",
                    servers.redisUrl().toString(),
                    "PLEXE_BOOTSTRAP_EMAIL",
                    "owner@example.org",
                    "PLEXE_BOOTSTRAP_API_KEY",
                    key,
                    "PLEXE_RATE_LIMIT",
                    "900000/1m",
                    "PLEXE_SHUTDOWN_DELAY",
                    "2s",
                    // Three of them on the few cores of a test, one of which has just started.
                    "QUARKUS_VERTX_MAX_EVENT_LOOP_EXECUTE_TIME",
                    "4s");
            int[] ports = {Instance.freePort(), Instance.freePort(), Instance.freePort(), Instance.freePort()};
            int front = Instance.freePort();
            List<Instance> running = new ArrayList<>();
            running.add(started(environment, ports[0]));
            running.add(started(environment, ports[1]));
            Process haproxy = haproxy(front, ports);
            try {
                // HAProxy takes a server for up until it has looked twice.
                Awaitility.await()
                        .ignoreExceptions()
                        .during(Duration.ofSeconds(2))
                        .until(() -> status(HTTP, get(front, "/models"), key) == 200);
                Thread[] clients = clients(front, key);
                TimeUnit.SECONDS.sleep(2);
                replaceOldest(running, environment, ports[2]);
                migrate(servers);
                TimeUnit.SECONDS.sleep(1);
                replaceOldest(running, environment, ports[3]);
                TimeUnit.SECONDS.sleep(2);
                done = true;
                for (Thread client : clients) {
                    client.join(TimeUnit.SECONDS.toMillis(30));
                }
            } finally {
                done = true;
                haproxy.destroy();
                for (Instance instance : running) {
                    instance.close();
                }
            }
        }
        assertEquals(List.of(), List.copyOf(failures));
        assertTrue(answered.get() > 300, answered + " requests");
    }

    private static void replaceOldest(List<Instance> running, Map<String, String> environment, int port)
            throws Exception {
        running.add(started(environment, port));
        TimeUnit.SECONDS.sleep(1);
        running.remove(0).close();
    }

    private static Instance started(Map<String, String> environment, int port) throws Exception {
        Instance instance = Instance.launch(environment, port);
        instance.awaitReady();
        return instance;
    }

    private static void migrate(LocalServers servers) throws Exception {
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement()) {
            for (String step : NEXT_MIGRATION) {
                statement.execute(step);
            }
        }
    }

    private Thread[] clients(int port, String key) {
        Thread[] clients = new Thread[4];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Thread(() -> ask(port, key));
            clients[i].start();
        }
        return clients;
    }

    /** One after the other over a connection that is kept. A GET that breaks the client repeats by itself, a POST it does not. */
    private void ask(int port, String key) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; !done; i++) {
            HttpRequest.Builder request = i % 2 == 0 ? get(port, PATHS[i / 2 % PATHS.length]) : verification(port, key);
            String sent = request.build().method() + " " + request.build().uri().getPath();
            try {
                int status = status(http, request, key);
                answered.incrementAndGet();
                if (status != 200) {
                    failures.add(sent + " " + status);
                }
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (Exception e) {
                failures.add(sent + " " + e);
            }
        }
    }

    private static HttpRequest.Builder get(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static HttpRequest.Builder verification(int port, String key) {
        return get(port, "/auth/api-keys/verify")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"key\":\"%s\"}".formatted(key)));
    }

    private static int status(HttpClient http, HttpRequest.Builder request, String key) throws Exception {
        return http.send(
                        request.header("x-api-key", key)
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static Process haproxy(int front, int[] ports) throws Exception {
        StringBuilder config = new StringBuilder("""
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 60s
                    timeout server 60s
                frontend web
                    bind 127.0.0.1:%d
                    default_backend plexe_auth
                backend plexe_auth
                    option httpchk GET /q/health/group/traffic
                    default-server check inter 200ms fall 2 rise 1
                """.formatted(front));
        for (int port : ports) {
            config.append("    server at_%d 127.0.0.1:%d\n".formatted(port, port));
        }
        Path file = Files.createTempFile("plexe-rolling-", ".cfg");
        Files.writeString(file, config);
        return new ProcessBuilder(HAPROXY.toString(), "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
