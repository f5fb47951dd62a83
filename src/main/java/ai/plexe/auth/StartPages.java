package ai.plexe.auth;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graalvm.nativeimage.c.function.CFunction;
import org.jboss.logging.Logger;

/**
 * Takes those pages of the binary's file out of its resident memory that its start has read and nobody reads again: two fifths of what
 * an idle instance would hold. A page that is needed after all comes back from the kernel's cache in a microsecond, or from the file. On
 * a JVM there is nothing to do. A worker's thread.
 *
 * <p>Source: proc_pid_smaps(5) and madvise(2) of Linux.
 */
@Singleton
class StartPages {

    private static final Logger LOG = Logger.getLogger(StartPages.class);

    private static final Path PROGRAM = Path.of("/proc/self/exe");
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    /** Begin, end, whether it may be written, and the file. */
    private static final Pattern MAPPING =
            Pattern.compile("(?<begin>\\p{XDigit}+)-(?<end>\\p{XDigit}+) .(?<write>.).. \\S+ \\S+ \\S+ *(?<file>.*)");

    /** Nothing of it has been changed, be that in memory or swapped out. */
    private static final Pattern UNCHANGED = Pattern.compile("(Anonymous|Swap): +0 kB");

    private static final int MADV_DONTNEED = 4;
    private static final int AFTER_THE_OTHERS = Integer.MAX_VALUE;
    private static final long AFTER_SECONDS = 2;

    /** Bytes in memory, as the file has them. */
    record Pages(long begin, long end) {}

    void releaseSoon(@Observes @Priority(AFTER_THE_OTHERS) StartupEvent event) {
        if (ImageMode.current() == ImageMode.NATIVE_RUN) {
            Infrastructure.getDefaultWorkerPool().schedule(StartPages::release, AFTER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void release() {
        try {
            String program = Files.readSymbolicLink(PROGRAM).toString();
            for (Pages pages : asInTheFile(program, Files.readAllLines(MAPPINGS))) {
                if (madvise(pages.begin(), pages.end() - pages.begin(), MADV_DONTNEED) != 0) {
                    LOG.debugf("%s stay in memory", pages);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The pages of the start stay in memory", e);
        }
    }

    /**
     * Where memory holds nothing but what is in this file: it can't be written, and has not been before. What the loader has changed and
     * protected then, its table of addresses, is not among it.
     */
    static List<Pages> asInTheFile(String file, List<String> mappings) {
        List<Pages> found = new ArrayList<>();
        Pages unwritable = null;
        int unchanged = 0;
        for (String line : mappings) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                unwritable = mapping.group("write").equals("-")
                                && mapping.group("file").equals(file)
                        ? new Pages(address(mapping.group("begin")), address(mapping.group("end")))
                        : null;
                unchanged = 0;
            } else if (unwritable != null && UNCHANGED.matcher(line).matches() && ++unchanged == 2) {
                found.add(unwritable);
            }
        }
        return found;
    }

    private static long address(String hexadecimal) {
        return Long.parseUnsignedLong(hexadecimal, 16);
    }

    @CFunction("madvise")
    private static native int madvise(long begin, long length, int advice);
}
