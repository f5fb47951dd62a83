package ai.plexe.auth.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The script that ends the servers of one data directory when this JVM has ended, whatever ended
 * it. See {@code local/watchdog.sh}.
 */
final class Watchdog implements AutoCloseable {

    /** What the script itself takes at most, and a little more. */
    private static final long LONGEST_END_SECONDS = 30;

    private final Process script;
    private final Writer pipe;

    private Watchdog(Process script) {
        this.script = script;
        this.pipe = script.outputWriter(StandardCharsets.US_ASCII);
    }

    /**
     * @param deleteAfterwards whether the data directory is to be deleted when the servers have
     *     ended
     */
    static Watchdog start(DataDirectory data, boolean deleteAfterwards) throws IOException {
        return new Watchdog(launch(data, deleteAfterwards ? "delete" : "keep"));
    }

    /**
     * Ends the servers that an earlier service on this data directory left behind. Its watchdog, if
     * it lives, is about to do just that and must not find the new ones instead.
     *
     * @throws LocalModeException if they don't end in time
     */
    static void endFormerServers(DataDirectory data) throws IOException {
        Path idFile = data.resolve("watchdog.pid");
        if (Files.exists(idFile)) {
            awaitFormerWatchdog(data, Files.readString(idFile).trim());
        }
        start(data, false).close();
    }

    /** Tells the script of a process it has to end. */
    void guard(long processId) throws IOException {
        pipe.write(processId + "\n");
        pipe.flush();
    }

    /** Ends the servers and returns when they have ended. */
    @Override
    public void close() {
        try {
            pipe.close();
        } catch (IOException e) {
            // The script is gone already, and with it the other end of the pipe.
        }
        try {
            if (!script.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                throw new LocalModeException("PostgreSQL or Redis of local mode could not be ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAlive() {
        return script.isAlive();
    }

    private static void awaitFormerWatchdog(DataDirectory data, String processId) {
        if (!processId.matches("[0-9]{1,18}")) {
            return;
        }
        ProcessHandle.of(Long.parseLong(processId))
                .filter(process -> isWatchdogOf(data, process))
                .ifPresent(Watchdog::awaitExit);
    }

    private static void awaitExit(ProcessHandle process) {
        try {
            process.onExit().get(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new LocalModeException("an earlier PostgreSQL or Redis of local mode does not end", e);
        }
    }

    private static boolean isWatchdogOf(DataDirectory data, ProcessHandle process) {
        return process.info()
                .commandLine()
                .orElse("")
                .contains(data.resolve("watchdog.sh").toString());
    }

    private static Process launch(DataDirectory data, String afterwards) throws IOException {
        return new ProcessBuilder("sh", scriptIn(data).toString(), data.path().toString(), afterwards)
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /**
     * A shell reads its script bit by bit: a running one keeps its file, since the new one gets a
     * new inode.
     */
    private static Path scriptIn(DataDirectory data) throws IOException {
        Path script = data.resolve("watchdog.sh");
        Path whole = data.resolve("watchdog.sh.new");
        try (InputStream text = Watchdog.class.getResourceAsStream("/local/watchdog.sh")) {
            Files.copy(text, whole, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.move(whole, script, StandardCopyOption.ATOMIC_MOVE);
    }
}
