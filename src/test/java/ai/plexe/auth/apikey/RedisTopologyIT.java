package ai.plexe.auth.apikey;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.RedisCluster;
import ai.plexe.auth.testing.RedisProcess;
import ai.plexe.auth.testing.Wire;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis holds copies only: restarted from an old snapshot, flushed, or as a Cluster, it brings nothing back. */
class RedisTopologyIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final int MORE_THAN_EVENT_LOOPS = 50;
    private static final int KEYS_FOR_EVERY_NODE = 12;

    @TempDir
    private Path directory;

    private static Map<String, String> environment(LocalServers servers, URI redis) {
        return Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", redis.toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey());
    }

    @Test
    void aGrantFromASnapshotBeforeTheRevocationIsNotActedOn() throws Exception {
        int port = Instance.freePort();
        try (LocalServers servers = LocalServers.startFresh()) {
            RedisProcess redis = RedisProcess.start(port, directory);
            try (Instance service = Instance.start(environment(servers, redis.url()))) {
                Api admin = service.as(Backends.adminKey());
                Api.Key key = admin.key("read_only");
                admin.as(key.secret()).models().then().statusCode(200);
                assertEquals("+OK", redis.ask("SAVE"));
                admin.revoke(key.id()).then().statusCode(200);

                redis.close();
                redis = RedisProcess.start(port, directory);

                expectRevokedOnceBack(admin.as(key.secret()));
            } finally {
                redis.close();
            }
        }
    }

    /** Replication is asynchronous, so a master that comes back may never have heard of the withdrawal. */
    @Test
    void aGrantFromAnEarlierReignOfTheSameMasterIsNotActedOn() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisProcess first = RedisProcess.start(Instance.freePort(), directory);
                RedisProcess second = RedisProcess.start(Instance.freePort(), directory);
                Wire address = new Wire(first.url());
                Wire replication = new Wire(second.url())) {
            try (Instance service = Instance.start(environment(servers, address.url()))) {
                Api admin = service.as(Backends.adminKey());
                Api.Key key = admin.key("read_only");
                admin.as(key.secret()).models().then().statusCode(200);
                replicate(second, first.url());

                promote(second);
                address.leadTo(second.url());
                replicate(first, replication.url());
                replication.stall();
                await().atMost(A_WHILE).until(() -> admin.revoke(key.id()).statusCode() == 200);
                promote(first);
                address.leadTo(first.url());

                expectRevokedOnceBack(admin.as(key.secret()));
            }
        }
    }

    /** Nobody hangs up on the clients of a master that becomes a replica. */
    @Test
    void aMasterThatBecameAReplicaIsLeft() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisProcess first = RedisProcess.start(Instance.freePort(), directory);
                RedisProcess second = RedisProcess.start(Instance.freePort(), directory);
                Wire address = new Wire(first.url());
                Instance service = Instance.start(environment(servers, address.url()))) {
            Api admin = service.as(Backends.adminKey());
            Api.Key key = admin.key("read_only");
            admin.as(key.secret()).models().then().statusCode(200);

            address.leadNewOnesTo(second.url());
            replicate(first, second.url());

            await().atMost(A_WHILE).until(() -> admin.revoke(key.id()).statusCode() == 200);

            expectRevokedOnceBack(admin.as(key.secret()));
            new AccessLogs(admin)
                    .await(
                            Map.of("target_id", key.id(), "event", "key.revoke", "outcome", "ok"),
                            entries -> entries.size() == 1);
        }
    }

    /** Every event loop finds out for itself that its connection is lost, and refuses until then. */
    private static void expectRevokedOnceBack(Api caller) {
        for (int i = 0; i < MORE_THAN_EVENT_LOOPS; i++) {
            Response answer = await().atMost(A_WHILE)
                    .pollDelay(Duration.ZERO)
                    .until(caller::models, models -> models.statusCode() != 503);
            Problems.expect(answer, 401, "revoked_key");
        }
    }

    private static void replicate(RedisProcess replica, URI master) throws Exception {
        assertEquals("+OK", replica.ask("REPLICAOF 127.0.0.1 " + master.getPort()));
        await().atMost(A_WHILE).until(() -> "up".equals(replica.field("INFO replication", "master_link_status")));
    }

    private static void promote(RedisProcess replica) throws Exception {
        assertEquals("+OK", replica.ask("REPLICAOF NO ONE"));
    }

    @Test
    void aFlushCostsALookUpAndNothingElse() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisProcess redis = RedisProcess.start(Instance.freePort(), directory);
                Instance service = Instance.start(environment(servers, redis.url()))) {
            Api admin = service.as(Backends.adminKey());
            Api.Key good = admin.key("read_only");
            Api.Key revoked = admin.key("read_only");
            admin.revoke(revoked.id()).then().statusCode(200);

            assertEquals("+OK", redis.ask("FLUSHALL"));

            admin.as(good.secret()).models().then().statusCode(200);
            Problems.expect(admin.as(revoked.secret()).models(), 401, "revoked_key");
            assertEquals("+OK", redis.ask("SCRIPT FLUSH"));
            admin.as(good.secret()).models().then().statusCode(200);

            assertEquals("+OK", redis.ask("FLUSHALL"));
            for (int i = 0; i < 40; i++) {
                admin.as(Api.unknownKey()).models();
            }
            Problems.expect(admin.as(Api.unknownKey()).models(), 429, "rate_limit_exceeded");
            admin.as(good.secret()).models().then().statusCode(200);
            new AccessLogs(admin)
                    .await(Map.of("key_id", good.id()), entries -> !entries.isEmpty() && entries.size() <= 3);
        }
    }

    @Test
    void aClusterServesEveryScript() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisCluster redis = RedisCluster.start(directory);
                Instance service = Instance.start(ofCluster(environment(servers, redis.url())))) {
            Api admin = service.as(Backends.adminKey());
            Api.Key key = admin.key("read_only", ", \"rate_limit\": {\"requests\": 5, \"window_seconds\": 3600}");
            admin.as(key.secret()).models().then().statusCode(200).header("X-RateLimit-Remaining", "4");

            String next = admin.rotate(key.id(), "{\"grace_period_seconds\": 3600}")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("key");

            admin.as(next).models().then().statusCode(200).header("X-RateLimit-Remaining", "3");
            admin.as(key.secret()).models().then().statusCode(200).header("X-RateLimit-Remaining", "2");
            Problems.expect(admin.as(Api.unknownKey()).models(), 401, "invalid_key");
            admin.revoke(key.id()).then().statusCode(200);
            Problems.expect(admin.as(next).models(), 401, "revoked_key");
            AccessLogs log = new AccessLogs(admin);
            log.await(4, Map.of("key_id", key.id(), "event", "key.use"));
            log.await(3, Map.of("target_id", key.id()));
        }
    }

    @Test
    void aClusterThatFailsOverAndBackBringsNothingBack() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisCluster redis = RedisCluster.start(directory);
                Instance service = Instance.start(ofCluster(environment(servers, redis.url())))) {
            Api admin = service.as(Backends.adminKey());
            List<Api.Key> keys = Stream.generate(() -> admin.key("read_only"))
                    .limit(KEYS_FOR_EVERY_NODE)
                    .toList();
            keys.forEach(key -> admin.as(key.secret()).models().then().statusCode(200));
            Thread.sleep(QUIET.toMillis());
            keys.forEach(key -> admin.as(key.secret()).models().then().statusCode(200));

            redis.killReplicatedMaster();

            keys.forEach(key -> await().atMost(A_WHILE)
                    .until(() -> admin.as(key.secret()).models().statusCode() == 200));
            keys.forEach(key ->
                    await().atMost(A_WHILE).until(() -> admin.revoke(key.id()).statusCode() == 200));
            keys.forEach(key -> expectRevokedOnceBack(admin.as(key.secret())));

            redis.bringBackKilledMaster();

            Api.Key fresh = admin.key("read_only");
            await().atMost(A_WHILE)
                    .until(() -> admin.as(fresh.secret()).models().statusCode() == 200);
            keys.forEach(key -> expectRevokedOnceBack(admin.as(key.secret())));
        }
    }

    private static Map<String, String> ofCluster(Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("QUARKUS_REDIS_CLIENT_TYPE", "cluster");
        return settings;
    }
}
