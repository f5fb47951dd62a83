package ai.plexe.auth.testing;

import java.io.IOException;
import java.io.Reader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The packaged service, or the native binary, as a process of its own: for what one instance can't show. */
public final class Instance implements AutoCloseable {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final int BLOCKED_SHOWN = 4_000;
    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    /** The same for all, so that instances on one database know each other's signing keys. */
    private static final String MASTER_KEY = Backends.newMasterKey();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;

    private Instance(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts the service with these environment variables and waits until it is ready. */
    public static Instance start(Map<String, String> environment) throws Exception {
        Instance instance = launch(environment);
        instance.awaitReady();
        return instance;
    }

    /** Starts the service without waiting for it. */
    public static Instance launch(Map<String, String> environment) throws IOException {
        return launch(environment, freePort());
    }

    /** The same at this very port. */
    public static Instance launch(Map<String, String> environment, int port) throws IOException {
        return launch(command(), environment, port);
    }

    static Instance launch(List<String> command, Map<String, String> environment, int port) throws IOException {
        Path log = Files.createTempFile("plexe-auth-", ".log");
        Map<String, String> settings = new HashMap<>(environment);
        settings.putIfAbsent("PLEXE_MASTER_KEY", MASTER_KEY);
        settings.put("QUARKUS_HTTP_PORT", String.valueOf(port));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PLEXE_") || name.startsWith("QUARKUS_"));
        builder.environment().putAll(settings);
        Process process = builder.directory(TARGET.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Instance(process, log, port);
    }

    /** Whether what is tested is the native binary. */
    public static boolean isNative() {
        return artifact().getProperty("type").equals("native");
    }

    public void awaitReady() throws Exception {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the service did not get ready: " + log());
            }
            Thread.sleep(50);
        }
    }

    public boolean isReady() throws InterruptedException {
        try {
            HttpRequest ready = HttpRequest.newBuilder(uri("/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(ready, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    public Api as(String key) {
        return new Api(port, key);
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    /** All that it has written so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        if (!process.onExit()
                .completeOnTimeout(null, 20, TimeUnit.SECONDS)
                .thenApply(ended -> ended != null)
                .join()) {
            process.destroyForcibly();
        }
        String written = log();
        Files.deleteIfExists(log);
        int blocked = written.indexOf(NoBlockedEventLoop.WARNING);
        if (blocked >= 0) {
            throw new IllegalStateException("an event loop was blocked: "
                    + written.substring(blocked, Math.min(written.length(), blocked + BLOCKED_SHOWN)));
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> command() {
        String path = TARGET.resolve(artifact().getProperty("path")).toString();
        return isNative() ? List.of(path) : java(Path.of(path));
    }

    /** A JVM that lives for seconds: most of a start would be the second compiler, the verifier and the loading of classes. */
    public static List<String> java(Path jar) {
        return java(StartCache.of(jar), jar);
    }

    static List<String> java(List<String> options, Path jar) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote"));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    private static Properties artifact() {
        Properties artifact = new Properties();
        try (Reader reader = Files.newBufferedReader(TARGET.resolve("quarkus-artifact.properties"))) {
            artifact.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException("package the service first", e);
        }
        return artifact;
    }
}
