package ai.plexe.auth.apikey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The promise of revocation: once a change has been answered, no instance acts on the old state. Two instances share
 * one PostgreSQL and one Redis; clients use a key on both without a pause while it is changed on one of them.
 */
class RevocationIT {

    private static final int ROUNDS = 15;
    private static final int CLIENTS_PER_INSTANCE = 3;
    private static final int LEAST_AFTERWARDS = 20;

    private static LocalServers servers;
    private static Instance one;
    private static Instance two;
    private static Api admin;

    /** A request that was sent, and what came of it. */
    private record Sent(long begunNanos, int status) {}

    @BeforeAll
    static void startTwoInstances() throws Exception {
        servers = LocalServers.startFresh();
        Map<String, String> environment = Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey(),
                "PLEXE_RATE_LIMIT", "1000000/1m");
        one = Instance.start(environment);
        two = Instance.start(environment);
        admin = one.as(Backends.adminKey());
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        servers.close();
    }

    @Test
    void aRevokedKeyIsRefusedOnEveryInstance() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Api.Key key = admin.key("read_write");
            everyRequestAfter(
                    () -> admin.at(anyPort(key)).revoke(key.id()).then().statusCode(200), key.secret(), "/models", 401);
        }
    }

    @Test
    void aLoweredLevelHoldsOnEveryInstance() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Api.Key key = admin.key("read_write");
            everyRequestAfter(
                    () -> admin.change(key.id(), "{\"permission_level\": \"read_only\"}")
                            .then()
                            .statusCode(200),
                    key.secret(),
                    "/auth/verify?level=read_write",
                    403);
        }
    }

    @Test
    void aRotatedOutSecretIsRefusedOnEveryInstance() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Api.Key key = admin.key("read_write");
            everyRequestAfter(() -> admin.rotate(key.id(), "{}").then().statusCode(200), key.secret(), "/models", 401);
        }
    }

    @Test
    void theLagIsMeasured() {
        admin.revoke(admin.key("read_only").id()).then().statusCode(200);

        String count = admin.request()
                .get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("plexe_revocation_lag_seconds_count"))
                .findFirst()
                .orElseThrow();
        assertTrue(Double.parseDouble(count.substring(count.lastIndexOf(' '))) >= 1, count);
    }

    private static int anyPort(Api.Key key) {
        return key.id().hashCode() % 2 == 0 ? one.port() : two.port();
    }

    private static void everyRequestAfter(Runnable change, String secret, String path, int expected) throws Exception {
        Queue<Sent> sent = new ConcurrentLinkedQueue<>();
        List<Client> clients = new ArrayList<>();
        for (Instance instance : List.of(one, two)) {
            for (int i = 0; i < CLIENTS_PER_INSTANCE; i++) {
                clients.add(new Client(instance.uri(path), secret, sent::add));
            }
        }
        clients.forEach(Thread::start);
        awaitAccepted(sent, 10 * clients.size());

        change.run();
        long answered = System.nanoTime();

        while (begunAfter(sent, answered).size() < LEAST_AFTERWARDS * clients.size()) {
            Thread.sleep(5);
        }
        for (Client client : clients) {
            client.end();
        }
        List<Sent> wrong = begunAfter(sent, answered).stream()
                .filter(request -> request.status() != expected)
                .toList();
        assertEquals(List.of(), wrong);
        assertTrue(
                sent.stream().allMatch(request -> request.status() == 200 || request.status() == expected),
                () -> "neither accepted nor refused: " + sent);
    }

    private static void awaitAccepted(Queue<Sent> sent, int least) throws InterruptedException {
        while (sent.stream().filter(request -> request.status() == 200).count() < least) {
            Thread.sleep(5);
        }
    }

    private static List<Sent> begunAfter(Queue<Sent> sent, long time) {
        return sent.stream().filter(request -> request.begunNanos() > time).toList();
    }

    /** Asks without a pause. */
    private static final class Client extends Thread {

        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final HttpRequest request;
        private final Consumer<Sent> report;
        private volatile boolean ended;

        Client(URI uri, String secret, Consumer<Sent> report) {
            this.request =
                    HttpRequest.newBuilder(uri).header("x-api-key", secret).build();
            this.report = report;
        }

        @Override
        public void run() {
            while (!ended) {
                long begun = System.nanoTime();
                report.accept(new Sent(begun, send()));
            }
        }

        private int send() {
            try {
                return http.send(request, BodyHandlers.discarding()).statusCode();
            } catch (Exception e) {
                return 0;
            }
        }

        void end() throws InterruptedException {
            ended = true;
            join();
        }
    }
}
