package ai.plexe.auth.accesslog;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The promise of the log: whatever is killed and when, each request that was answered is told and counted once. Requests carry
 * ids of their own, by which they are found again.
 */
class CrashIT {

    /** A binary is back in no time, a JVM takes seconds of a core. */
    private static final int KILLS_OF_INGESTERS = Instance.isNative() ? 20 : 3;

    private static final int KILLS_AT_THE_DOOR = Instance.isNative() ? 5 : 2;
    private static final int CLIENTS = 4;
    private static final Duration A_WHILE = Duration.ofSeconds(90);

    private static LocalServers servers;

    @BeforeAll
    static void start() {
        servers = LocalServers.startFresh();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private static Instance instance(boolean ingest) throws Exception {
        Instance instance = launch(ingest);
        instance.awaitReady();
        return instance;
    }

    private static Instance launch(boolean ingest) throws IOException {
        return Instance.launch(Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey(),
                "PLEXE_LOG_TAKE_OVER", "2s",
                "PLEXE_LOG_INGEST", String.valueOf(ingest)));
    }

    /** Clients that ask without a pause, with good keys and with a revoked one. */
    private static final class Load implements AutoCloseable {

        private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");

        private final String run =
                "run" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        private final Set<String> sent = ConcurrentHashMap.newKeySet();
        private final Map<String, String> answered = new ConcurrentHashMap<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> clients = new ArrayList<>();

        Load(Supplier<URI> door, List<String> keys) {
            for (int i = 0; i < CLIENTS; i++) {
                String client = run + "-" + i + "-";
                Thread thread = new Thread(() -> ask(door, keys, client));
                clients.add(thread);
                thread.start();
            }
        }

        private void ask(Supplier<URI> door, List<String> keys, String client) {
            int next = 0;
            while (!stopped.get()) {
                URI uri = door.get();
                try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
                    socket.setSoTimeout(5000);
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    while (!stopped.get()) {
                        String id = client + next;
                        sent.add(id);
                        String request =
                                "GET %s HTTP/1.1\r\nHost: localhost\r\nx-api-key: %s\r\nX-Request-Id: %s\r\n\r\n"
                                        .formatted(uri.getPath(), keys.get(next++ % keys.size()), id);
                        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                        String head = head(in);
                        Thread.sleep(4);
                        if (head.startsWith("HTTP/1.1 200 ")) {
                            answered.put(id, "ok");
                        } else if (head.startsWith("HTTP/1.1 401 ")) {
                            answered.put(id, "revoked_key");
                        }
                    }
                } catch (IOException e) {
                    // Killed at the door: not answered, so not promised.
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        /** The head of an answer, whose body is read over. A client that tries again by itself would blur the count. */
        private static String head(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException();
                }
                head.append((char) next);
            }
            Matcher length = CONTENT_LENGTH.matcher(head);
            in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            return head.toString();
        }

        void end() throws InterruptedException {
            stopped.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }

        @Override
        public void close() {
            stopped.set(true);
        }
    }

    /** How often the log tells of each request, by outcome, and how much usage is counted of the account. */
    private static Map<String, List<String>> told(String run) throws SQLException {
        Map<String, List<String>> told = new HashMap<>();
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT request_id, outcome FROM access_log WHERE event = 'key.use'"
                                + " AND request_id LIKE '" + run + "%'")) {
            while (rows.next()) {
                told.computeIfAbsent(rows.getString(1), id -> new ArrayList<>()).add(rows.getString(2));
            }
        }
        return told;
    }

    private static long number(String sql) throws SQLException {
        try (Connection database = Backends.connect(servers.databaseUrl());
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void expectEachOnce(Load load) throws Exception {
        await().atMost(A_WHILE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> told(load.run).keySet().containsAll(load.answered.keySet()));
        Map<String, List<String>> told = told(load.run);
        load.answered.forEach((id, outcome) -> assertEquals(List.of(outcome), told.get(id), id));
        told.forEach((id, outcomes) -> {
            assertEquals(1, outcomes.size(), "told twice: " + id);
            assertTrue(load.sent.contains(id));
        });
        assertEquals(
                number("SELECT count(*) FROM access_log WHERE event = 'key.use' AND key_id IS NOT NULL"),
                number("SELECT sum(uses) FROM key_usage"),
                "usage and log agree");
    }

    private static List<String> keys(Instance at) {
        Api admin = at.as(Backends.adminKey());
        String limit = ", \"rate_limit\": {\"requests\": 1000000, \"window_seconds\": 60}";
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            keys.add(admin.key("read_only", limit).secret());
        }
        Api.Key revoked = admin.key("read_only", limit);
        admin.revoke(revoked.id());
        keys.add(revoked.secret());
        return keys;
    }

    @Test
    void ingestersAreKilledInTheMiddleOfLoad() throws Exception {
        try (Instance door = instance(false)) {
            Deque<Instance> ingesters = new ArrayDeque<>(List.of(instance(true), instance(true)));
            try (Load load = new Load(() -> door.uri("/auth/verify"), keys(door))) {
                for (int kill = 0; kill < KILLS_OF_INGESTERS; kill++) {
                    Instance next = launch(true);
                    Thread.sleep(ThreadLocalRandom.current().nextInt(500));
                    ingesters.remove().process().destroyForcibly().waitFor();
                    ingesters.add(next);
                    next.awaitReady();
                }
                await().atMost(A_WHILE).until(() -> load.answered.size() > 1000);
                load.end();
                assertTrue(load.answered.size() > 1000, "there was load: " + load.answered.size());
                expectEachOnce(load);
            } finally {
                for (Instance ingester : ingesters) {
                    ingester.close();
                }
            }
        }
    }

    @Test
    void whatWasAnsweredIsToldThoughTheDoorIsKilled() throws Exception {
        Instance[] door = {instance(true)};
        try (Load load = new Load(() -> door[0].uri("/auth/verify"), keys(door[0]))) {
            for (int kill = 0; kill < KILLS_AT_THE_DOOR; kill++) {
                Thread.sleep(ThreadLocalRandom.current().nextInt(800, 1500));
                door[0].process().destroyForcibly().waitFor();
                door[0] = instance(true);
            }
            await().atMost(A_WHILE).until(() -> load.answered.size() > 1000);
            load.end();
            assertTrue(load.answered.size() > 1000, "there was load: " + load.answered.size());
            expectEachOnce(load);
        } finally {
            door[0].close();
        }
    }
}
