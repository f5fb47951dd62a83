package ai.plexe.auth.redis;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs scripts on Redis. Every event loop has one connection of its own, on which the commands of all its requests
 * follow each other without waiting (pipelining), and their answers come back on the same event loop: no lock, no
 * thread hop, no queue for a pooled connection.
 *
 * <p>Each script is given the <em>epoch</em> as its first argument: the run id of the very Redis process this
 * connection leads to. What another process stored, such as the same Redis before a restart, has another epoch.
 *
 * <p>A connection that is silent for two seconds although it is asked every second is closed (the client's read-idle
 * timeout), which fails everything that waits on it; the next call connects anew.
 */
@ApplicationScoped
public class RedisScripts {

    private final Vertx vertx;
    private final Redis redis;
    private final boolean cluster;
    private final MeterRegistry metrics;
    private final Map<EventLoop, PipelinedConnection> connections = new ConcurrentHashMap<>();

    RedisScripts(Vertx vertx, Redis redis, RedisConfig config, MeterRegistry metrics) {
        this.vertx = vertx;
        this.redis = redis;
        this.cluster = config.clients().get(RedisConfig.DEFAULT_CLIENT_NAME).clientType() == RedisClientType.CLUSTER;
        this.metrics = metrics;
    }

    /**
     * Runs the script. Subscribe on a Vert.x context; the answer comes on the same one.
     *
     * @param keys all keys that the script touches; they must share one hash tag
     * @param arguments what follows the epoch
     * @return the script's answer, or a failure if Redis did not confirm it within about three seconds: then nobody
     *     knows whether it ran
     */
    public Uni<Response> run(RedisScript script, String[] keys, String... arguments) {
        return Uni.createFrom()
                .emitter(answer ->
                        connection().eval(script, keys, arguments).onComplete(answer::complete, answer::fail));
    }

    private PipelinedConnection connection() {
        EventLoop loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        PipelinedConnection connection = connections.get(loop);
        return connection != null
                ? connection
                : connections.computeIfAbsent(
                        loop, l -> new PipelinedConnection(vertx, this::connect, cluster, metrics));
    }

    private Future<io.vertx.redis.client.RedisConnection> connect() {
        return redis.connect();
    }
}
