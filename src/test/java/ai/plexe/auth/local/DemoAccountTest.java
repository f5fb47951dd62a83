package ai.plexe.auth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoAccountTest {

    @TempDir
    private Path temporary;

    @Test
    void theCredentialsAreMadeOnceAndKept() throws Exception {
        try (DataDirectory directory = DataDirectory.lock(temporary)) {
            DemoAccount first = DemoAccount.of(directory).orElseThrow();
            Files.createDirectory(directory.resolve("postgres"));

            assertEquals(Optional.of(first), DemoAccount.of(directory));
            assertEquals(Optional.of(first), DemoAccount.in(temporary));
            assertEquals("demo@plexe.localhost", first.email());
            assertTrue(first.password().matches("([a-z2-9]{5}-){3}[a-z2-9]{5}"), "unreadable password");
        }
    }

    @Test
    void onlyTheOwnerMayReadThem() throws Exception {
        try (DataDirectory directory = DataDirectory.lock(temporary)) {
            DemoAccount.of(directory);

            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(directory.resolve("demo.properties")));
        }
    }

    @Test
    void aDatabaseThatGrewWithoutThemHasNone() throws Exception {
        try (DataDirectory directory = DataDirectory.lock(temporary)) {
            Files.createDirectory(directory.resolve("postgres"));

            assertEquals(Optional.empty(), DemoAccount.of(directory));
        }
    }

    @Test
    void theyAreNotPrintedByAccident() throws Exception {
        try (DataDirectory directory = DataDirectory.lock(temporary)) {
            DemoAccount account = DemoAccount.of(directory).orElseThrow();

            assertFalse(account.toString().contains(account.password()));
            assertFalse(account.toString().contains(account.apiKey()));
        }
    }
}
