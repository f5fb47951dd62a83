package ai.plexe.auth.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one connection of an event loop: made when first needed, and again after it was lost. Its event loop only. */
final class PipelinedConnection {

    private static final long HEARTBEAT_MS = 1000;
    private static final long RECONNECT_AFTER_NANOS = Duration.ofMillis(100).toNanos();
    private static final Pattern RUN_ID = Pattern.compile("run_id:(\\p{XDigit}+)");

    private final Vertx vertx;
    private final Redis redis;
    private final boolean cluster;
    private final MeterRegistry metrics;
    private final Map<String, Timer> latency = new HashMap<>();
    private Future<Session> session;
    private long connectingSince;

    /** A live connection and the epoch of what it leads to. */
    private record Session(RedisConnection connection, byte[] epoch) {}

    PipelinedConnection(Vertx vertx, Redis redis, boolean cluster, MeterRegistry metrics) {
        this.vertx = vertx;
        this.redis = redis;
        this.cluster = cluster;
        this.metrics = metrics;
    }

    void close() {
        redis.close();
    }

    Future<Response> eval(RedisScript script, String key, byte[][] arguments) {
        long begin = System.nanoTime();
        Future<Session> current = session();
        Future<Response> answer = current.succeeded()
                ? eval(current.result(), script, key, arguments)
                : current.compose(live -> eval(live, script, key, arguments));
        return answer.onComplete(done -> timer(script).record(Duration.ofNanos(System.nanoTime() - begin)));
    }

    private Future<Response> eval(Session live, RedisScript script, String key, byte[][] arguments) {
        return live.connection()
                .send(request(Command.EVALSHA, script.sha1(), live.epoch(), key, arguments))
                .recover(failure -> startsWith(failure, "NOSCRIPT")
                        ? live.connection().send(request(Command.EVAL, script.source(), live.epoch(), key, arguments))
                        : Future.failedFuture(failure))
                .onFailure(failure -> leaveDemotedMaster(live, failure));
    }

    private static Request request(Command command, byte[] script, byte[] epoch, String key, byte[][] arguments) {
        Request request = Request.cmd(command).arg(script).arg(1).arg(key).arg(epoch);
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
            session = redis.connect().compose(this::begin);
        }
        return session;
    }

    private Future<Session> begin(RedisConnection connection) {
        connection.endHandler(end -> forget(connection));
        connection.exceptionHandler(failure -> forget(connection));
        if (cluster) {
            return Future.succeededFuture(new Session(connection, new byte[0]));
        }
        return connection
                .send(Request.cmd(Command.INFO).arg("server"))
                .map(info -> new Session(connection, runId(info.toString()).getBytes(US_ASCII)))
                .onSuccess(this::keepAsking);
    }

    private void forget(RedisConnection lost) {
        if (session != null && session.succeeded() && session.result().connection() == lost) {
            session = null;
        }
    }

    private static String runId(String info) {
        Matcher runId = RUN_ID.matcher(info);
        if (!runId.find()) {
            throw new IllegalStateException("Redis does not tell its run id");
        }
        return runId.group(1);
    }

    /** Gives the read-idle timeout something to wait for, so that a silent peer is told from a quiet one. */
    private void keepAsking(Session live) {
        vertx.setPeriodic(HEARTBEAT_MS, timer -> {
            if (session == null || session.result() != live) {
                vertx.cancelTimer(timer);
            } else {
                live.connection().send(Request.cmd(Command.PING));
            }
        });
    }

    /** A master that has become a replica refuses to write, but does not hang up by itself. */
    private void leaveDemotedMaster(Session live, Throwable failure) {
        if (startsWith(failure, "READONLY") && session != null && session.result() == live) {
            session = null;
            live.connection().send(Request.cmd(Command.QUIT));
        }
    }

    private static boolean startsWith(Throwable failure, String error) {
        return failure.getMessage() != null && failure.getMessage().startsWith(error);
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
