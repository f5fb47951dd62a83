package ai.plexe.auth.apikey;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis holds copies only: restarted from an old snapshot, flushed, or as a Cluster, it brings nothing back. */
class RedisTopologyIT {

    private static final Duration A_WHILE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private static Map<String, String> environment(LocalServers servers, RedisProcess redis) {
        return new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", redis.url().toString(),
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()));
    }

    @Test
    void aGrantFromASnapshotBeforeTheRevocationIsNotActedOn() throws Exception {
        int port = Instance.freePort();
        try (LocalServers servers = LocalServers.startFresh()) {
            RedisProcess redis = RedisProcess.start(port, directory);
            try (Instance service = Instance.start(environment(servers, redis))) {
                Api admin = service.as(Backends.adminKey());
                Api.Key key = admin.key("read_only");
                admin.as(key.secret()).models().then().statusCode(200);
                assertEquals("+OK", redis.ask("SAVE"));
                admin.revoke(key.id()).then().statusCode(200);

                redis.close();
                redis = RedisProcess.start(port, directory);

                await().atMost(A_WHILE).until(() -> admin.models().statusCode() == 200);
                Problems.expect(admin.as(key.secret()).models(), 401, "revoked_key");
            } finally {
                redis.close();
            }
        }
    }

    @Test
    void aFlushCostsALookUpAndNothingElse() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisProcess redis = RedisProcess.start(Instance.freePort(), directory);
                Instance service = Instance.start(environment(servers, redis))) {
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
        }
    }

    @Test
    void aClusterServesEveryScript() throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                RedisProcess redis = RedisProcess.start(Instance.freePort(), directory, "cluster-enabled yes")) {
            takeAllSlots(redis);
            await().atMost(A_WHILE).until(() -> redis.ask("SET ready yes").equals("+OK"));
            Map<String, String> environment = environment(servers, redis);
            environment.put("QUARKUS_REDIS_CLIENT_TYPE", "cluster");
            try (Instance service = Instance.start(environment)) {
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
            }
        }
    }

    /** Redis 6.2 takes slots one by one only. */
    private static void takeAllSlots(RedisProcess redis) throws Exception {
        for (int from = 0; from < 16_384; from += 1024) {
            String slots =
                    IntStream.range(from, from + 1024).mapToObj(String::valueOf).collect(joining(" "));
            assertEquals("+OK", redis.ask("CLUSTER ADDSLOTS " + slots));
        }
    }
}
