package ai.plexe.auth.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority of a test's own and what it signs, made by OpenSSL. All files are in PEM. */
public final class Certificates {

    private final Path directory;

    public Certificates() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("plexe-tls-");
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Tests -keyout ca.key -out ca.pem");
    }

    /** Signs a certificate for a host, or a client, in place of the one of this name before. */
    public void sign(String name, String host) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("san"), "subjectAltName=DNS:" + host);
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + host + " -keyout " + name
                + ".new.key -out " + name + ".csr");
        openssl("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out "
                + name + ".new.pem");
        openssl("pkcs12 -export -in " + name + ".new.pem -inkey " + name + ".new.key -passout pass:changeit -out "
                + name + ".p12");
        Files.move(
                directory.resolve(name + ".new.key"),
                directory.resolve(name + ".key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                directory.resolve(name + ".new.pem"),
                directory.resolve(name + ".pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments.split(" ")));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(arguments + ": " + said);
        }
    }
}
