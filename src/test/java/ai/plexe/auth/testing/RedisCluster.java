package ai.plexe.auth.testing;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A Redis Cluster of three masters, the first of which has a replica. */
public final class RedisCluster implements AutoCloseable {

    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;
    private static final int SLOTS_IN_ONE_COMMAND = 1024;
    private static final int BUS = 10_000;
    private static final int HIGHEST_PORT = 65_535 - BUS;
    private static final Duration A_WHILE = Duration.ofSeconds(60);

    private final Path directory;
    private final List<RedisProcess> masters = new ArrayList<>();
    private RedisProcess replica;

    private RedisCluster(Path directory) {
        this.directory = directory;
    }

    public static RedisCluster start(Path directory) throws Exception {
        RedisCluster cluster = new RedisCluster(directory);
        for (int i = 0; i < MASTERS; i++) {
            cluster.masters.add(cluster.node(freePort()));
        }
        cluster.replica = cluster.node(freePort());
        cluster.form();
        return cluster;
    }

    private RedisProcess node(int port) throws IOException {
        return RedisProcess.start(
                port,
                directory,
                "cluster-enabled yes",
                "cluster-config-file nodes-" + port + ".conf",
                "cluster-node-timeout 2000");
    }

    /** Nodes speak to each other on a second port, 10,000 above the first. */
    private static int freePort() throws IOException {
        int port = Instance.freePort();
        while (port > HIGHEST_PORT || !isFree(port + BUS)) {
            port = Instance.freePort();
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private void form() throws Exception {
        for (int i = 0; i < MASTERS; i++) {
            takeSlots(masters.get(i), SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS);
        }
        RedisProcess first = masters.get(0);
        for (RedisProcess other : List.of(masters.get(1), masters.get(2), replica)) {
            assertEquals("+OK", first.ask("CLUSTER MEET 127.0.0.1 " + other.port()));
        }
        awaitWhole();
        String id = id(first);
        await().atMost(A_WHILE)
                .until(() -> replica.ask("CLUSTER REPLICATE " + id).equals("+OK"));
        await().atMost(A_WHILE).until(() -> "up".equals(replica.field("INFO replication", "master_link_status")));
        awaitWhole();
    }

    /** Redis 6.2 takes slots one by one only. */
    private static void takeSlots(RedisProcess node, int from, int to) throws IOException {
        for (int begin = from; begin < to; begin += SLOTS_IN_ONE_COMMAND) {
            String slots = IntStream.range(begin, Math.min(to, begin + SLOTS_IN_ONE_COMMAND))
                    .mapToObj(String::valueOf)
                    .collect(joining(" "));
            assertEquals("+OK", node.ask("CLUSTER ADDSLOTS " + slots));
        }
    }

    private static String id(RedisProcess node) throws IOException {
        return node.lines("CLUSTER MYID").get(1);
    }

    private void awaitWhole() {
        for (RedisProcess node : masters) {
            await().atMost(A_WHILE)
                    .until(() -> "ok".equals(node.field("CLUSTER INFO", "cluster_state"))
                            && "4".equals(node.field("CLUSTER INFO", "cluster_known_nodes")));
        }
    }

    /** Kills the master that has a replica, and waits until that has taken over. */
    public void killReplicatedMaster() throws IOException {
        masters.get(0).close();
        await().atMost(A_WHILE).until(() -> "master".equals(replica.field("INFO replication", "role")));
    }

    /** Starts it again, as a replica first, and then makes it the master once more. */
    public void bringBackKilledMaster() throws IOException {
        RedisProcess back = node(masters.get(0).port());
        masters.set(0, back);
        await().atMost(A_WHILE).until(() -> "up".equals(back.field("INFO replication", "master_link_status")));
        // Redis gives up a fail-over asked for by hand after five seconds and says so to nobody: it is asked again.
        await().atMost(A_WHILE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(6))
                .until(() -> {
                    back.ask("CLUSTER FAILOVER");
                    return "master".equals(back.field("INFO replication", "role"));
                });
        awaitWhole();
    }

    public URI url() {
        return masters.get(1).url();
    }

    @Override
    public void close() throws IOException {
        for (RedisProcess master : masters) {
            master.close();
        }
        replica.close();
    }
}
