package ai.plexe.auth.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import redis.embedded.RedisServer;

/** A Redis that a test starts, asks and restarts by itself. */
public final class RedisProcess implements AutoCloseable {

    private final int port;
    private final RedisServer server;

    private RedisProcess(int port, RedisServer server) {
        this.port = port;
        this.server = server;
    }

    /** Starts one that keeps a snapshot in the directory when told to, and never by itself. */
    public static RedisProcess start(int port, Path directory, String... settings) throws IOException {
        var builder = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .setting("appendonly no")
                .setting("dir " + directory);
        for (String setting : settings) {
            builder.setting(setting);
        }
        RedisServer server = builder.build();
        server.start();
        return new RedisProcess(port, server);
    }

    public URI url() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    /** Sends a command without spaces in its arguments and gives the first line of the answer. */
    public String ask(String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    /** What {@code INFO}, or another command that answers in such lines, says of a field; null if it says nothing. */
    public String field(String command, String field) throws IOException {
        return lines(command).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1))
                .findFirst()
                .orElse(null);
    }

    /** Every line of an answer, its length first. */
    public List<String> lines(String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
