package ai.plexe.auth.local;

import ai.plexe.auth.apikey.ApiKeySecret;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The credentials of the account that local mode starts with: made once per data directory, kept in
 * {@code demo.properties}, which its owner alone may read.
 */
record DemoAccount(String email, String password, String apiKey) {

    static final String EMAIL_SETTING = "plexe.bootstrap.email";
    static final String PASSWORD_SETTING = "plexe.bootstrap.password";
    static final String API_KEY_SETTING = "plexe.bootstrap.api-key";

    private static final String EMAIL = "demo@plexe.localhost";

    /**
     * Reads them, or makes them if the database is yet to be made. A database that grew without
     * them has its own accounts: then there are none.
     */
    static Optional<DemoAccount> of(DataDirectory directory) throws IOException {
        Path file = directory.resolve("demo.properties");
        if (Files.exists(file)) {
            return Optional.of(read(file));
        }
        if (Files.exists(directory.resolve("postgres"))) {
            return Optional.empty();
        }
        DemoAccount account = new DemoAccount(
                EMAIL,
                Passwords.random(),
                ApiKeySecret.generate(new SecureRandom()).reveal());
        account.write(file);
        return Optional.of(account);
    }

    /** Reads those of a directory in use. */
    static Optional<DemoAccount> in(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve("demo.properties");
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** By the name of the setting that makes the service create the account with them. */
    Map<String, String> settings() {
        return Map.of(EMAIL_SETTING, email, PASSWORD_SETTING, password, API_KEY_SETTING, apiKey);
    }

    private static DemoAccount read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new DemoAccount(
                required(properties, "email", file),
                required(properties, "password", file),
                required(properties, "api-key", file));
    }

    private static String required(Properties properties, String name, Path file) {
        String value = properties.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new LocalModeException(file + " has no " + name);
        }
        return value.strip();
    }

    private void write(Path file) throws IOException {
        DataDirectory.writeSecret(file, """
                # The account that local mode started with. Made once; changing this file changes no account.
                email=%s
                password=%s
                api-key=%s
                """.formatted(email, password, apiKey));
    }

    /** A record would print its secrets. */
    @Override
    public String toString() {
        return "DemoAccount[" + email + "]";
    }
}
