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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    private static final int LEAST_BEFORE = 10;
    private static final int LEAST_AFTERWARDS = 20;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static LocalServers servers;
    private static Instance one;
    private static Instance two;
    private static Api admin;

    /** A request that was sent, and what came of it. */
    private record Sent(long begunNanos, long endedNanos, int status) {}

    /** A change, and what every request that is begun after its answer is to get. */
    private record Step(Runnable change, int expected) {}

    /** The time between a change's answer and the next change. */
    private record Phase(long beginNanos, long endNanos, int expected) {}

    @BeforeAll
    static void startTwoInstances() throws Exception {
        servers = LocalServers.startFresh();
        Map<String, String> environment = Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey(),
                "PLEXE_RATE_LIMIT", "1000000/1m");
        one = Instance.start(environment);
        // Nothing that this one looks up can be used twice, so that its look-ups race with every change.
        Map<String, String> withoutCache = new HashMap<>(environment);
        withoutCache.put("PLEXE_API_KEY_GRANT_TTL", "1ms");
        two = Instance.start(withoutCache);
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
            everyRequestAfter(() -> setLevel(key, "read_only"), key.secret(), "/auth/verify?level=read_write", 403);
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
    void changesInARowHoldOnEveryInstance() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Api.Key key = admin.key("read_write");
            Step lower = new Step(() -> setLevel(key, "read_only"), 403);
            Step raise = new Step(() -> setLevel(key, "read_write"), 200);
            everyRequestAfter(
                    List.of(lower, raise, lower, raise, lower), key.secret(), "/auth/verify?level=read_write");
        }
    }

    private static void setLevel(Api.Key key, String level) {
        admin.change(key.id(), "{\"permission_level\": \"" + level + "\"}")
                .then()
                .statusCode(200);
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
        everyRequestAfter(List.of(new Step(change, expected)), secret, path);
    }

    private static void everyRequestAfter(List<Step> steps, String secret, String path) throws Exception {
        Queue<Sent> sent = new ConcurrentLinkedQueue<>();
        List<Client> clients = new ArrayList<>();
        for (Instance instance : List.of(one, two)) {
            for (int i = 0; i < CLIENTS_PER_INSTANCE; i++) {
                clients.add(new Client(instance.uri(path), secret, sent::add));
            }
        }
        clients.forEach(Thread::start);
        await(() -> accepted(sent) >= LEAST_BEFORE * clients.size());

        List<Phase> phases = new ArrayList<>();
        for (Step step : steps) {
            step.change().run();
            long answered = System.nanoTime();
            await(() -> within(sent, new Phase(answered, Long.MAX_VALUE, step.expected()))
                            .size()
                    >= LEAST_AFTERWARDS * clients.size());
            phases.add(new Phase(answered, System.nanoTime(), step.expected()));
        }
        for (Client client : clients) {
            client.end();
        }
        for (Phase phase : phases) {
            List<Sent> wrong = within(sent, phase).stream()
                    .filter(request -> request.status() != phase.expected())
                    .toList();
            assertEquals(List.of(), wrong);
        }
        List<Integer> possible = Stream.concat(Stream.of(200), steps.stream().map(Step::expected))
                .toList();
        assertTrue(
                sent.stream().allMatch(request -> possible.contains(request.status())),
                () -> "neither accepted nor refused: " + sent);
    }

    private static long accepted(Queue<Sent> sent) {
        return sent.stream().filter(request -> request.status() == 200).count();
    }

    private static List<Sent> within(Queue<Sent> sent, Phase phase) {
        return sent.stream()
                .filter(request -> request.begunNanos() > phase.beginNanos() && request.endedNanos() < phase.endNanos())
                .toList();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "clients get no answers");
            Thread.sleep(5);
        }
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
                int status = send();
                report.accept(new Sent(begun, System.nanoTime(), status));
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
