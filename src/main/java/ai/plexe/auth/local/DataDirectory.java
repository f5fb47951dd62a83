package ai.plexe.auth.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory that holds all data of local mode, locked for this process until closed. Readable
 * by its owner only.
 *
 * <p>The operating system drops the lock when the process ends, so a crash leaves none behind.
 */
final class DataDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final String inUseProperty;
    private final FileChannel lockFile;

    private DataDirectory(Path path, String inUseProperty, FileChannel lockFile) {
        this.path = path;
        this.inUseProperty = inUseProperty;
        this.lockFile = lockFile;
    }

    /**
     * Creates the directory if it's missing and takes its lock without waiting.
     *
     * @throws LocalModeException if another service holds it, or it can't be written
     */
    static DataDirectory lock(Path requested) {
        Path path = create(requested);
        // Whether a lock is held must be known before the file is opened a second time in this
        // process: POSIX drops
        // a process's lock as soon as any of its descriptors of that file is closed.
        String inUseProperty = "plexe.local.in-use." + path;
        if (System.getProperties().putIfAbsent(inUseProperty, "true") != null) {
            throw inUse(requested);
        }
        try {
            return new DataDirectory(path, inUseProperty, lockFile(requested, path.resolve("lock")));
        } catch (IOException | RuntimeException e) {
            System.clearProperty(inUseProperty);
            if (e instanceof LocalModeException refusal) {
                throw refusal;
            }
            throw new LocalModeException("the data directory " + requested + " can't be locked: " + e, e);
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /**
     * Writes a file as a whole or not at all; from the moment it exists only its owner may read it.
     */
    static void writeSecret(Path file, String text) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(whole);
        Files.createFile(whole, OWNER_ONLY_FILE);
        Files.writeString(whole, text, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static void createOwnerOnly(Path directory) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException error) throws IOException {
                if (error != null) {
                    throw error;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Path create(Path requested) {
        try {
            createOwnerOnly(requested);
            Path path = requested.toRealPath();
            Files.setPosixFilePermissions(path, OWNER_ONLY);
            return path;
        } catch (IOException e) {
            throw new LocalModeException("the data directory " + requested + " can't be written: " + e, e);
        }
    }

    private static FileChannel lockFile(Path requested, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw inUse(requested);
        }
        return channel;
    }

    private static LocalModeException inUse(Path requested) {
        return new LocalModeException("the data directory "
                + requested
                + " is in use by another process: stop that one, or set PLEXE_DATA_DIR to another directory");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            // Nothing is lost: the operating system drops the lock when this process ends.
            return;
        }
        System.clearProperty(inUseProperty);
    }
}
