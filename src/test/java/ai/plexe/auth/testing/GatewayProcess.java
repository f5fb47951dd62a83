package ai.plexe.auth.testing;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A gateway that runs the example of {@code deploy/gateways}, in which nothing is changed but where things are. */
public final class GatewayProcess implements AutoCloseable {

    private static final Path EXAMPLES = Path.of("deploy/gateways").toAbsolutePath();
    private static final Duration LONGEST_START = Duration.ofSeconds(20);

    private final Process process;
    private final Path directory;
    private final int port;

    private GatewayProcess(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /**
     * Starts it, and skips the tests where the program is missing.
     *
     * @param example the folder
     * @param command what follows the program's path; {@code .} is the folder's copy
     */
    public static GatewayProcess startOrSkip(
            String program, String example, List<String> command, int servicePort, int upstreamPort) throws Exception {
        return startOrSkip(program, example, command, servicePort, upstreamPort, UnaryOperator.identity());
    }

    /** @param change what else is changed in its files */
    public static GatewayProcess startOrSkip(
            String program,
            String example,
            List<String> command,
            int servicePort,
            int upstreamPort,
            UnaryOperator<String> change)
            throws Exception {
        Path executable = Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin")
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (executable == null) {
            System.err.println("SKIPPED: no " + program + " on this machine, so its example is not tested."
                    + " Install it (Debian: apt-get install " + program + ").");
        }
        Assumptions.assumeTrue(executable != null, "no " + program + " on this machine");
        int port = Instance.freePort();
        Path directory = Files.createTempDirectory("plexe-gateway-");
        try (Stream<Path> files = Files.list(EXAMPLES.resolve(example))) {
            for (Path file : files.toList()) {
                Files.writeString(
                        directory.resolve(file.getFileName()),
                        change.apply(Files.readString(file)
                                .replace("plexe-auth:8080", "127.0.0.1:" + servicePort)
                                .replace("upstream:8080", "127.0.0.1:" + upstreamPort)
                                .replace("8000", String.valueOf(port))
                                .replace("/run/nginx.pid", directory + "/nginx.pid")));
            }
        }
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of(executable.toString()),
                        command.stream().map(part -> part.equals(".") ? directory + "/" : part))
                .toList());
        builder.environment().put("XDG_DATA_HOME", directory.toString());
        Process process = builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        GatewayProcess gateway = new GatewayProcess(process, directory, port);
        gateway.awaitReady();
        return gateway;
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try {
                new Socket("127.0.0.1", port).close();
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("the gateway did not get ready: " + log());
                }
                Thread.sleep(50);
            }
        }
    }

    public int port() {
        return port;
    }

    public String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle each : all) {
            each.onExit().completeOnTimeout(each, 5, TimeUnit.SECONDS).join();
            each.destroyForcibly();
        }
    }
}
