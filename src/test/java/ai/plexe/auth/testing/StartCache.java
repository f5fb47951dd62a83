package ai.plexe.auth.testing;

import ai.plexe.auth.local.LocalServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The classes that the service loads at its start, as a JVM leaves them to the next (AppCDS): two fifths of a start's work. Whoever
 * first starts the package writes it by one start more.
 */
final class StartCache {

    private static final Path FILE = Path.of("target", "start.jsa").toAbsolutePath();

    private StartCache() {}

    /** The option that takes it; none if this JVM can't write one. */
    static synchronized List<String> of(Path jar) {
        try {
            if (!isOf(jar)) {
                Files.deleteIfExists(FILE);
                write(jar);
            }
            return isOf(jar) ? List.of("-XX:SharedArchiveFile=" + FILE) : List.of();
        } catch (Exception e) {
            throw new IllegalStateException("the package does not start", e);
        }
    }

    private static boolean isOf(Path jar) throws IOException {
        return Files.exists(FILE) && Files.getLastModifiedTime(FILE).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    /** The JVM does so as it ends. */
    private static void write(Path jar) throws Exception {
        try (LocalServers servers = LocalServers.startFresh();
                Instance service = Instance.launch(
                        Instance.java(List.of("-XX:ArchiveClassesAtExit=" + FILE), jar),
                        Map.of(
                                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                                "PLEXE_REDIS_URL", servers.redisUrl().toString()),
                        Instance.freePort())) {
            service.awaitReady();
        }
    }
}
