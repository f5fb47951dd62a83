package ai.plexe.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.StartPages.Pages;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartPagesTest {

    private static final String PROGRAM = "/opt/plexe auth/runner";

    @Test
    void codeAndConstantsAreAsInTheFile() {
        assertEquals(
                List.of(new Pages(0x410000, 0x4aa3000), new Pages(0x7f2bfa300000L, 0x7f2bfba80000L)),
                found(
                        "00410000-04aa3000 r-xp 00010000 fe:00 3146 /opt/plexe auth/runner",
                        "Rss:               52976 kB",
                        "Anonymous:             0 kB",
                        "Swap:                  0 kB",
                        "7f2bfa300000-7f2bfba80000 r--p 046e0000 fe:00 3146                       /opt/plexe auth/runner",
                        "Anonymous:             0 kB",
                        "Swap:                  0 kB",
                        "SwapPss:               0 kB"));
    }

    @Test
    void whatTheLoaderHasChangedIsNot() {
        assertEquals(
                List.of(),
                found(
                        "04ac4000-04ac5000 r--p 046c3000 fe:00 3146 /opt/plexe auth/runner",
                        "Anonymous:             4 kB",
                        "AnonHugePages:         0 kB",
                        "Swap:                  0 kB"));
    }

    @Test
    void whatTheLoaderHasChangedAndTheKernelSwappedOutIsNot() {
        assertEquals(
                List.of(),
                found(
                        "04ac4000-04ac5000 r--p 046c3000 fe:00 3146 /opt/plexe auth/runner",
                        "Anonymous:             0 kB",
                        "AnonHugePages:         0 kB",
                        "Swap:                  4 kB",
                        "SwapPss:               0 kB"));
    }

    @Test
    void whatMayBeWrittenIsNot() {
        assertEquals(
                List.of(),
                found(
                        "00410000-04aa3000 rw-p 00010000 fe:00 3146 /opt/plexe auth/runner",
                        "Anonymous: 0 kB",
                        "Swap: 0 kB"));
    }

    @Test
    void otherFilesAndNoFileAreNot() {
        assertEquals(
                List.of(),
                found(
                        "00410000-04aa3000 r-xp 00010000 fe:00 3146 /opt/plexe auth/runner",
                        "Anonymous:             4 kB",
                        "Swap:                  0 kB",
                        "7f2bfa300000-7f2bfba80000 r-xp 046e0000 fe:00 3147 /opt/plexe auth/runner-lib.so",
                        "Anonymous:             0 kB",
                        "Swap:                  0 kB",
                        "7f2bfba80000-7f2bfba90000 r--p 00000000 00:00 0 ",
                        "Anonymous:             0 kB",
                        "Swap:                  0 kB",
                        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
                        "Anonymous:             0 kB",
                        "Swap:                  0 kB"));
    }

    private static List<Pages> found(String... mappings) {
        return StartPages.asInTheFile(PROGRAM, List.of(mappings));
    }
}
