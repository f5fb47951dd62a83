package ai.plexe.auth.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A Redis that listens on a free port of 127.0.0.1 and asks for a password, which is new at each
 * start. Its append-only file is written before a command is answered, and reaches the disk within
 * a second.
 */
final class RedisServer {

    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static final int STARTS_TRIED = 3;
    private static final int POLL_MILLISECONDS = 20;

    private final Programs programs;
    private final Path data;
    private final Path log;
    private final String password = Passwords.random();

    private RedisServer(Programs programs, Path data, Path log) {
        this.programs = programs;
        this.data = data;
        this.log = log;
    }

    /** A running server: where it is, and its process. */
    record Running(URI url, long processId) {}

    /**
     * Starts the server on the directory's data and returns when it has read them and takes
     * commands.
     *
     * @param durable whether its data are kept at all
     * @throws LocalModeException if it doesn't start; the message names its log file
     */
    static Running start(Programs programs, DataDirectory directory, boolean durable) throws IOException {
        Path data = directory.resolve("redis");
        DataDirectory.createOwnerOnly(data);
        return new RedisServer(programs, data, ServerLog.fresh(directory, "redis.log")).startOnFreePort(durable);
    }

    private Running startOnFreePort(boolean durable) throws IOException {
        for (int attempt = 1; attempt <= STARTS_TRIED; attempt++) {
            int port = FreePort.onLoopback();
            Files.deleteIfExists(processIdFile());
            Path settings = data.resolve("redis.conf");
            DataDirectory.writeSecret(settings, settings(port, durable));
            if (Programs.run(programs.redis(settings.toString()), "", log) && isReady(port)) {
                return new Running(URI.create("redis://:" + password + "@127.0.0.1:" + port), processId());
            }
        }
        throw new LocalModeException("Redis does not start: see " + log);
    }

    private String settings(int port, boolean durable) {
        return """
                bind 127.0.0.1
                port %d
                requirepass %s
                daemonize yes
                pidfile "%s"
                logfile "%s"
                dir "%s"
                save ""
                appendonly %s
                """.formatted(port, password, processIdFile(), log, data, durable ? "yes" : "no");
    }

    private boolean isReady(int port) {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() < deadline && !portWasTaken()) {
            if (answers(port)) {
                return true;
            }
            try {
                Thread.sleep(POLL_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private boolean portWasTaken() {
        try {
            return Files.exists(log) && Files.readString(log).contains("Failed listening on port");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * A Redis that is still reading its file answers with an error; a stranger on that port knows
     * no password.
     */
    private boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream()
                    .write(("AUTH " + password + "\r\nPING\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("+OK\r\n+PONG\r\n") && Files.exists(processIdFile());
        } catch (IOException e) {
            return false;
        }
    }

    private Path processIdFile() {
        return data.resolve("redis.pid");
    }

    private long processId() throws IOException {
        return Long.parseLong(Files.readString(processIdFile()).trim());
    }
}
