package ai.plexe.auth.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The service behind a gateway: it tells what reached it, and talks back over WebSockets. */
public final class Upstream implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<String> reached = new CopyOnWriteArrayList<>();

    public Upstream() {
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    public int port() {
        return server.actualPort();
    }

    /** The paths of all requests that have reached it. */
    public List<String> reached() {
        return reached;
    }

    private void answer(HttpServerRequest request) {
        reached.add(request.path());
        if (request.headers().contains("Sec-WebSocket-Key")) {
            request.toWebSocket().onSuccess(socket -> socket.textMessageHandler(socket::writeTextMessage));
            return;
        }
        MessageDigest digest = sha256();
        long[] length = {0};
        request.handler(part -> {
            digest.update(part.getBytes());
            length[0] += part.length();
        });
        request.endHandler(ended -> {
            JsonObject headers = new JsonObject();
            request.headers()
                    .names()
                    .forEach(name -> headers.put(
                            name.toLowerCase(java.util.Locale.ROOT),
                            String.join(", ", request.headers().getAll(name))));
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(new JsonObject()
                            .put("method", request.method().name())
                            .put("uri", request.uri())
                            .put("headers", headers)
                            .put("length", length[0])
                            .put("sha256", HexFormat.of().formatHex(digest.digest()))
                            .encode());
        });
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
