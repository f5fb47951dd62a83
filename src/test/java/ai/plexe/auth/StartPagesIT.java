package ai.plexe.auth;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The idle binary keeps little of its file in memory, and serves as before. */
class StartPagesIT {

    private static final int KIB = 1_024;
    /** Of the file; the start leaves two thirds of it in memory. */
    private static final double GONE_AT_LEAST = 0.15;

    @Test
    void pagesThatOnlyTheStartNeededLeaveMemory() throws Exception {
        assumeTrue(Instance.isNative(), "a JVM has no such file");
        try (LocalServers servers = LocalServers.startFresh();
                Instance service = Instance.start(Map.of(
                        "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                        "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                        "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()))) {
            Path process = Path.of("/proc", String.valueOf(service.process().pid()));
            long afterTheStart = ofFiles(process);
            long file = Files.size(process.resolve("exe").toRealPath());

            await().atMost(Duration.ofSeconds(10)).until(() -> ofFiles(process) < afterTheStart - GONE_AT_LEAST * file);

            service.as(Backends.adminKey()).models().then().statusCode(200);
        }
    }

    /** Bytes of files in a process's memory. */
    private static long ofFiles(Path process) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("RssFile:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                .findFirst()
                .orElseThrow();
    }
}
