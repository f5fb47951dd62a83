package ai.plexe.auth.redis;

import static io.vertx.redis.client.RedisClientType.CLUSTER;
import static io.vertx.redis.client.RedisClientType.STANDALONE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one connection of an event loop: made when first needed, and again after it was lost. A connection that is lost
 * takes its client with it: that alone is sure to close every socket, of a Cluster's nodes and of a silent peer alike,
 * and so to fail whatever waits on them. Its event loop only.
 */
final class PipelinedConnection {

    private static final long HEARTBEAT_MS = 1000;
    private static final long LONGEST_SILENCE_MS = 2000;
    private static final long RECONNECT_AFTER_NANOS = Duration.ofMillis(100).toNanos();
    private static final Pattern RUN_ID = Pattern.compile("run_id:(\\p{XDigit}{20})");
    private static final Pattern REPLICATION_ID = Pattern.compile("master_replid:(\\p{XDigit}{20})");
    private static final byte[] ASKED_BY_THE_SCRIPT = {};
    private static final int MOST_IN_ONE_PIECE = 256;

    private final Vertx vertx;
    private final SingleThreadEventLoop eventLoop;
    private final Supplier<Redis> clients;
    private final RedisClientType type;
    private final MeterRegistry metrics;
    private final Map<String, Timer> latency = new HashMap<>();
    private Future<Session> session;
    private long connectingSince;

    /**
     * A live connection.
     *
     * @param peer whom it leads to, as far as one can say
     */
    private record Session(Redis client, RedisConnection connection, byte[] peer) {}

    PipelinedConnection(
            Vertx vertx,
            SingleThreadEventLoop eventLoop,
            Supplier<Redis> clients,
            RedisClientType type,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.eventLoop = eventLoop;
        this.clients = clients;
        this.type = type;
        this.metrics = metrics;
    }

    void close() {
        if (session != null) {
            session.onSuccess(live -> live.client().close());
        }
    }

    Future<Response> eval(RedisScript script, String[] keys, byte[][] arguments) {
        long begin = System.nanoTime();
        Future<Session> current = session();
        Future<Response> answer = current.succeeded()
                ? eval(current.result(), script, keys, arguments)
                : current.compose(live -> eval(live, script, keys, arguments));
        return answer.onComplete(done -> timer(script).record(Duration.ofNanos(System.nanoTime() - begin)));
    }

    private Future<Response> eval(Session live, RedisScript script, String[] keys, byte[][] arguments) {
        if (live.connection().pendingQueueFull()) {
            return Future.failedFuture("too many commands wait for Redis");
        }
        byte[] epoch = epoch(live);
        return send(live, request(Command.EVALSHA, script.sha1(), epoch, keys, arguments))
                .recover(failure -> says(failure, "NOSCRIPT")
                        ? send(live, request(Command.EVAL, script.source(), epoch, keys, arguments))
                        : Future.failedFuture(failure))
                .onFailure(failure -> {
                    if (!isOnlyAnError(failure)) {
                        leave(live);
                    }
                });
    }

    /** Behind a Sentinel or in a Cluster the client goes over to another process by itself. */
    private byte[] epoch(Session live) {
        return type == STANDALONE ? live.peer() : ASKED_BY_THE_SCRIPT;
    }

    /** A Cluster has no heartbeat, for it can't be sent to each of its nodes: so each of its commands is timed. */
    private Future<Response> send(Session live, Request request) {
        Future<Response> answer = live.connection().send(request);
        return type == CLUSTER ? answer.timeout(LONGEST_SILENCE_MS, TimeUnit.MILLISECONDS) : answer;
    }

    private static Request request(Command command, byte[] script, byte[] epoch, String[] keys, byte[][] arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.length);
        for (String key : keys) {
            request.arg(key);
        }
        request.arg(epoch);
        for (byte[] argument : arguments) {
            request.arg(argument);
        }
        return request;
    }

    private Future<Session> session() {
        boolean broken =
                session == null || session.failed() && System.nanoTime() - connectingSince > RECONNECT_AFTER_NANOS;
        if (broken) {
            connectingSince = System.nanoTime();
            Redis client = clients.get();
            session = client.connect()
                    .compose(connection -> begin(client, connection))
                    .timeout(LONGEST_SILENCE_MS, TimeUnit.MILLISECONDS)
                    .onFailure(failure -> client.close());
        }
        return session;
    }

    private Future<Session> begin(Redis client, RedisConnection connection) {
        Future<byte[]> peer = type == CLUSTER ? Future.succeededFuture(ASKED_BY_THE_SCRIPT) : peer(connection);
        return peer.map(id -> {
            Session live = new Session(client, connection, id);
            sendTogether();
            connection.endHandler(end -> leave(live));
            connection.exceptionHandler(failure -> leave(live));
            if (type != CLUSTER) {
                keepAsking(live);
            }
            return live;
        });
    }

    /**
     * Has whatever is sent within one turn of the event loop leave at its end in one piece: a system call for all the requests that
     * came together, where there was one for each. Nothing but the event loop leads to the socket; what else it has connected by then
     * gets the same, and loses nothing by it.
     */
    private void sendTogether() {
        eventLoop.registeredChannelsIterator().forEachRemaining(channel -> {
            boolean outgoing = channel instanceof SocketChannel && channel.parent() == null;
            if (outgoing && channel.pipeline().get(FlushConsolidationHandler.class) == null) {
                channel.pipeline().addFirst(new FlushConsolidationHandler(MOST_IN_ONE_PIECE, true));
            }
        });
    }

    /** Half of the process's run id and half of its replication id, which every promotion renews. */
    private static Future<byte[]> peer(RedisConnection connection) {
        return info(connection, "server")
                .compose(server -> info(connection, "replication")
                        .map(replication ->
                                (find(RUN_ID, server) + find(REPLICATION_ID, replication)).getBytes(US_ASCII)));
    }

    private static Future<String> info(RedisConnection connection, String section) {
        return connection.send(Request.cmd(Command.INFO).arg(section)).map(Response::toString);
    }

    private static String find(Pattern id, String info) {
        Matcher found = id.matcher(info);
        if (!found.find()) {
            throw new IllegalStateException("Redis does not tell its run id and replication id");
        }
        return found.group(1);
    }

    /** Tells a silent peer from a quiet one, and one that has been replaced meanwhile from one that has not. */
    private void keepAsking(Session live) {
        vertx.setPeriodic(HEARTBEAT_MS, timer -> {
            if (!isCurrent(live)) {
                vertx.cancelTimer(timer);
                return;
            }
            peer(live.connection())
                    .timeout(LONGEST_SILENCE_MS, TimeUnit.MILLISECONDS)
                    .onComplete(answer -> {
                        if (answer.failed() || !Arrays.equals(answer.result(), live.peer())) {
                            leave(live);
                        }
                    });
        });
    }

    private void leave(Session lost) {
        if (isCurrent(lost)) {
            session = null;
            lost.client().close();
        }
    }

    private boolean isCurrent(Session live) {
        return session != null && session.result() == live;
    }

    /** A master that has become a replica refuses to write, but does not hang up by itself. */
    private static boolean isOnlyAnError(Throwable failure) {
        return failure instanceof Response && !says(failure, "CONNECTION_CLOSED") && !says(failure, "READONLY");
    }

    /** An error in a script has its own text around that of the command that failed. */
    private static boolean says(Throwable failure, String error) {
        return failure.getMessage() != null && failure.getMessage().contains(error);
    }

    private Timer timer(RedisScript script) {
        return latency.computeIfAbsent(
                script.name(),
                name -> Timer.builder("plexe.redis.latency")
                        .description("Round trips to Redis, waiting included")
                        .tag("script", name)
                        .publishPercentileHistogram()
                        .register(metrics));
    }
}
