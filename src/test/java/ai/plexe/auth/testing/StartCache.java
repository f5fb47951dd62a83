package ai.plexe.auth.testing;

import ai.plexe.auth.local.LocalServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * The classes that the service loads at its start, as a JVM leaves them to the next (AppCDS): two fifths of a start's work. Whoever
 * first starts the package writes it by one start more.
 */
final class StartCache {

    private static final Path FILE = Path.of("target", "start-" + System.getProperty("java.vm.version") + ".jsa")
            .toAbsolutePath();

    private static List<String> option;

    private StartCache() {}

    /** The option that takes it; none if this JVM can't write one. */
    static synchronized List<String> of(Path jar) {
        try {
            if (option == null) {
                if (!isOf(jar)) {
                    write(jar);
                }
                option = isOf(jar) ? List.of("-XX:SharedArchiveFile=" + FILE) : List.of();
            }
            return option;
        } catch (Exception e) {
            throw new IllegalStateException("no cache of the start could be written", e);
        }
    }

    private static boolean isOf(Path jar) throws IOException {
        return Files.exists(FILE) && Files.getLastModifiedTime(FILE).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    /** The JVM does so as it ends. */
    private static void write(Path jar) throws Exception {
        Path unfinished = Path.of(FILE + "." + ProcessHandle.current().pid());
        try (LocalServers servers = LocalServers.startFresh();
                Instance service = Instance.launch(
                        Instance.java(List.of("-XX:ArchiveClassesAtExit=" + unfinished), jar),
                        Map.of(
                                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                                "PLEXE_REDIS_URL", servers.redisUrl().toString()),
                        Instance.freePort())) {
            service.awaitReady();
        }
        if (Files.exists(unfinished)) {
            Files.move(unfinished, FILE, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
