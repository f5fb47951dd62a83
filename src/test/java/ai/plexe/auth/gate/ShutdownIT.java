package ai.plexe.auth.gate;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.RawHttp;
import ai.plexe.auth.testing.Wire;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SIGTERM ends the service when the requests under way are answered. */
class ShutdownIT {

    private static final Duration A_WHILE = Duration.ofSeconds(10);
    private static final int BY_SIGTERM = 143;

    /** Of the live log: how it begins, what the first look finds, and three more looks, one a second. */
    private static final int EVENTS_WITHIN_DELAY = 5;

    private LocalServers servers;
    private Wire database;
    private Instance service;
    private Api admin;

    @BeforeEach
    void start() throws Exception {
        servers = LocalServers.startFresh();
        database = new Wire(servers.databaseUrl());
        service = Instance.start(Map.of(
                "PLEXE_DATABASE_URL", database.url().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_API_KEY_LAST_USE_PERIOD", "1h",
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()));
        admin = service.as(Backends.adminKey());
        admin.models().then().statusCode(200);
    }

    @AfterEach
    void stop() throws Exception {
        database.mend();
        service.close();
        database.close();
        servers.close();
    }

    @Test
    void aRequestUnderWayIsAnswered() throws Exception {
        database.stall();
        CompletableFuture<Response> answer =
                supplyAsync(() -> admin.create("{\"name\": \"late\", \"permission_level\": \"read_only\"}"));
        await().atMost(A_WHILE).until(database::isHolding);

        service.process().destroy();
        assertFalse(service.process().waitFor(1, TimeUnit.SECONDS), "it ended before it had answered");
        database.mend();

        answer.get(10, TimeUnit.SECONDS).then().statusCode(200).body("name", equalTo("late"));
        expectEnd();
    }

    @Test
    void balancersAreToldFirst() throws Exception {
        try (Instance delayed = Instance.start(Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_SHUTDOWN_DELAY", "4s"))) {
            Api api = delayed.as(Backends.adminKey());
            for (String health : List.of("/q/health/ready", "/q/health/group/traffic")) {
                api.request().get(health).then().statusCode(200);
            }
            Socket follower = follow(delayed);

            delayed.process().destroy();

            for (String health : List.of("/q/health/ready", "/q/health/group/traffic")) {
                await().atMost(A_WHILE).until(() -> api.request().get(health).statusCode() == 503);
            }
            api.models().then().statusCode(200);
            for (int event = 0; event < EVENTS_WITHIN_DELAY; event++) {
                readTo("\n\n", follower);
            }
            follower.close();
        }
    }

    @Test
    void aClientThatLeftIsNotWaitedFor() throws Exception {
        database.stall();
        Socket client = ask("/auth/api-keys", service);
        await().atMost(A_WHILE).until(database::isHolding);
        client.close();
        database.mend();

        service.process().destroy();

        expectEnd();
    }

    @Test
    void whoLeavesTheLiveLogBeforeItBeginsIsNoError() throws Exception {
        for (int i = 0; i < 10; i++) {
            Socket client = ask("/auth/access-logs/stream", service);
            client.setSoLinger(true, 0);
            client.close();
        }

        service.process().destroy();

        expectEnd();
    }

    @Test
    void whoFollowsTheLiveLogIsNotWaitedFor() throws Exception {
        try (Socket client = follow(service)) {
            service.process().destroy();

            expectEnd();
            String end = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(end.endsWith("\r\n0\r\n\r\n"), "the answer was cut off: " + end);
        }
    }

    /** A client that has the first of the live log. */
    private static Socket follow(Instance at) throws IOException {
        Socket client = ask("/auth/access-logs/stream", at);
        readTo("retry:", client);
        return client;
    }

    private static Socket ask(String path, Instance at) throws IOException {
        return RawHttp.open(
                at.port(), "GET %s HTTP/1.1\r\nHost: a\r\nx-api-key: %s\r\n\r\n".formatted(path, Backends.adminKey()));
    }

    private static void readTo(String end, Socket client) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = client.getInputStream().read();
            assertTrue(next >= 0, "the answer ended: " + read);
            read.append((char) next);
        }
    }

    private void expectEnd() throws InterruptedException {
        assertTrue(service.process().waitFor(8, TimeUnit.SECONDS), "it did not end");
        assertEquals(BY_SIGTERM, service.process().exitValue());
        assertFalse(service.log().contains("\"level\":\"ERROR\""), service.log());
    }
}
