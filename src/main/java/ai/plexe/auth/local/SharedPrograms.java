package ai.plexe.auth.local;

import java.io.IOException;
import java.nio.file.Files;

/**
 * The programs of the servers that don't outlive this JVM, in a directory that is deleted when it has ended: unpacking them takes
 * longer than starting them.
 */
final class SharedPrograms {

    private static SharedPrograms unpacked;

    private final DataDirectory directory;

    /** Deletes the directory as soon as nobody holds it any more. */
    private final Watchdog watchdog;

    private SharedPrograms() throws IOException {
        directory = DataDirectory.lock(Files.createTempDirectory("plexe-programs-"));
        watchdog = Watchdog.start(directory, true);
        Programs.unpackedIn(directory);
    }

    /** Has them stand in a data directory too, under whose name alone a watchdog knows a process for its own. */
    static synchronized void linkTo(DataDirectory data) throws IOException {
        if (unpacked == null || !unpacked.watchdog.isAlive()) {
            unpacked = new SharedPrograms();
        }
        Files.createSymbolicLink(data.resolve(Programs.PLACE), unpacked.directory.resolve(Programs.PLACE));
    }
}
