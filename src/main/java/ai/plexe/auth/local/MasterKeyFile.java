package ai.plexe.auth.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** The master key of local mode: made at the first start and kept beside the data that it opens. */
final class MasterKeyFile {

    private static final int BYTES = 32;

    private MasterKeyFile() {}

    static String of(DataDirectory directory) throws IOException {
        Path file = directory.resolve("master-key");
        if (Files.notExists(file)) {
            byte[] key = new byte[BYTES];
            new SecureRandom().nextBytes(key);
            DataDirectory.writeSecret(file, Base64.getEncoder().encodeToString(key));
        }
        return Files.readString(file);
    }
}
