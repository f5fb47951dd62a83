package ai.plexe.auth.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a server of local mode writes: one file per start, and that of the start before. */
final class ServerLog {

    private ServerLog() {}

    static Path fresh(DataDirectory directory, String name) throws IOException {
        Path log = directory.resolve(name);
        if (Files.exists(log)) {
            Files.move(log, directory.resolve(name + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return log;
    }
}
