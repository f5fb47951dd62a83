package ai.plexe.auth.local;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;
import redis.embedded.core.ExecutableProvider;

/**
 * The programs of PostgreSQL and Redis for this machine, out of the two libraries that bring them,
 * unpacked once per data directory.
 *
 * <p>The libraries' own process handling is left aside: the one starts PostgreSQL without fsync and
 * without a password, both end their server concurrently with the service that still needs it, and
 * neither survives SIGKILL.
 */
final class Programs {

    /** Part of the directory's name, so that a newer version is unpacked beside the older one. */
    private static final String VERSION = "postgres-18.3-redis-6.2";

    /** Where they are in a data directory. */
    static final String PLACE = "programs";

    private static final long PROGRAM_SECONDS = 120;

    private final Path directory;
    private final List<String> postgresPrefix;

    private Programs(Path directory, List<String> postgresPrefix) {
        this.directory = directory;
        this.postgresPrefix = postgresPrefix;
    }

    /**
     * @throws LocalModeException on an operating system or as a user for whom PostgreSQL can't run
     */
    static Programs unpackedIn(DataDirectory data) throws IOException {
        Path programs = data.resolve(PLACE);
        Path complete = programs.resolve(VERSION);
        if (Files.notExists(complete)) {
            Path unfinished = programs.resolve(VERSION + ".new");
            DataDirectory.deleteTree(unfinished);
            DataDirectory.createOwnerOnly(unfinished);
            unpackPostgres(unfinished);
            unpackRedis(unfinished);
            Files.move(unfinished, complete, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Programs(complete, postgresPrefix());
    }

    static void requireSupportedSystem() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (!system.contains("linux") && !system.contains("mac")) {
            throw new LocalModeException(
                    "local mode runs on Linux and macOS: set PLEXE_DATABASE_URL and PLEXE_REDIS_URL instead");
        }
    }

    List<String> postgres(String program, String... arguments) {
        List<String> command = new ArrayList<>(postgresPrefix);
        command.add(directory.resolve("bin").resolve(program).toString());
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    List<String> redis(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(directory.resolve("redis-server").toString());
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /**
     * Runs a program to its end, its output appended to the log file.
     *
     * @return whether it ended well
     */
    static boolean run(List<String> command, String input, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (var toProcess = process.outputWriter()) {
            toProcess.write(input);
        } catch (IOException e) {
            // It ended before it had read everything: its exit code tells more than the broken
            // pipe.
        }
        try {
            if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            return false;
        }
    }

    /**
     * PostgreSQL refuses to run as root; in a user namespace without a mapping root has another
     * name.
     */
    private static List<String> postgresPrefix() {
        if (LinuxUtils.isUnshareAvailable()) {
            return List.of("unshare", "-U");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        throw new LocalModeException("PostgreSQL refuses to run as root, and this system allows no user namespaces:"
                + " start the service as an ordinary user");
    }

    private static void unpackPostgres(Path target) throws IOException {
        String machine = System.getProperty("os.arch");
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "Darwin" : "Linux";
        try (InputStream packed = postgresFor(system, "amd64".equals(machine) ? "x86_64" : machine);
                TarArchiveInputStream archive =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                unpack(archive, entry, target);
            }
        }
    }

    private static InputStream postgresFor(String system, String machine) throws IOException {
        try {
            return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
        } catch (IllegalStateException e) {
            throw new LocalModeException("no embedded PostgreSQL for " + system + " on " + machine, e);
        }
    }

    private static void unpack(TarArchiveInputStream archive, TarArchiveEntry entry, Path target) throws IOException {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("the archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, target.resolve(entry.getLinkName()).normalize());
        } else {
            Files.copy(archive, path);
            if (path.getParent().endsWith("bin")) {
                makeExecutable(path.toFile());
            }
        }
    }

    private static void unpackRedis(Path target) throws IOException {
        File unpacked =
                ExecutableProvider.newJarResourceProvider(target.toFile()).get();
        // Copied, since the library marks its file for deletion when this JVM exits.
        Path program = target.resolve("redis-server");
        Files.copy(unpacked.toPath(), program);
        makeExecutable(program.toFile());
    }

    private static void makeExecutable(File program) throws IOException {
        if (!program.setExecutable(true, true)) {
            throw new IOException(program + " can't be made executable");
        }
    }
}
