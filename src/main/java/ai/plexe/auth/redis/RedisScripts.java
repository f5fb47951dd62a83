package ai.plexe.auth.redis;

import static io.quarkus.redis.runtime.client.config.RedisConfig.DEFAULT_CLIENT_NAME;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.quarkus.proxy.ProxyConfigurationRegistry;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.redis.runtime.client.config.RedisClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Response;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs scripts on Redis. Every event loop has one connection of its own, on which the commands of all its requests
 * follow each other without waiting (pipelining), and their answers come back on the same event loop: no lock, no
 * thread hop, no queue for a pooled connection (docs/adr/0005).
 *
 * <p>Each script is given the <em>epoch</em> as its first argument, which names the reign of the very Redis process this
 * connection leads to, or nothing where only the script can tell. What another process stored, or the same one before
 * a restart or an earlier promotion, has another epoch.
 *
 * <p>A connection that is silent for two seconds although it was asked is closed, which fails everything that waits on
 * it; the next call connects anew.
 */
@ApplicationScoped
public class RedisScripts {

    private final Vertx vertx;
    private final RedisClientConfig config;
    private final TlsConfigurationRegistry tls;
    private final ProxyConfigurationRegistry proxies;
    private final MeterRegistry metrics;
    private final Map<EventLoop, PipelinedConnection> connections = new ConcurrentHashMap<>();

    RedisScripts(
            Vertx vertx,
            RedisConfig config,
            TlsConfigurationRegistry tls,
            ProxyConfigurationRegistry proxies,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config.clients().get(DEFAULT_CLIENT_NAME);
        this.tls = tls;
        this.proxies = proxies;
        this.metrics = metrics;
    }

    /**
     * Runs the script. Subscribe on a Vert.x context of an event loop; the answer comes on the same one, even to those
     * who waited together for the connection to be made: what a request keeps in its context is nobody else's.
     *
     * @param arguments what follows the epoch
     * @return the script's answer, or a failure if Redis did not confirm it within about three seconds: then nobody
     *     knows whether it ran
     */
    public Uni<Response> run(RedisScript script, String key, byte[]... arguments) {
        return run(script, new String[] {key}, arguments);
    }

    /** The same for a script that touches several keys, all with one hash tag. */
    public Uni<Response> run(RedisScript script, String[] keys, byte[]... arguments) {
        return Uni.createFrom().emitter(answer -> {
            ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
            if (!context.inThread()) {
                throw new IllegalStateException("Redis is asked on event loops only");
            }
            connection(context)
                    .eval(script, keys, arguments)
                    .onComplete(done -> context.emit(done, outcome -> {
                        if (outcome.succeeded()) {
                            answer.complete(outcome.result());
                        } else {
                            answer.fail(outcome.cause());
                        }
                    }));
        });
    }

    private PipelinedConnection connection(ContextInternal context) {
        PipelinedConnection connection = connections.get(context.nettyEventLoop());
        return connection != null
                ? connection
                : connections.computeIfAbsent(context.nettyEventLoop(), loop -> newConnection(context.unwrap()));
    }

    private PipelinedConnection newConnection(ContextInternal eventLoop) {
        return new PipelinedConnection(
                vertx,
                (SingleThreadEventLoop) eventLoop.nettyEventLoop(),
                () -> newClient(eventLoop),
                config.clientType(),
                metrics);
    }

    /** A client keeps all its connections on the event loop it was made on. */
    private Redis newClient(ContextInternal eventLoop) {
        ContextInternal previous = eventLoop.beginDispatch();
        try {
            return VertxRedisClientFactory.create(DEFAULT_CLIENT_NAME, vertx, config, tls, proxies);
        } finally {
            eventLoop.endDispatch(previous);
        }
    }

    @PreDestroy
    void close() {
        connections.values().forEach(PipelinedConnection::close);
    }
}
