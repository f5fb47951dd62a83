package ai.plexe.auth.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real OpenID provider, where the profile {@code keycloak} has unpacked it and a Java is found that runs it. */
public final class Keycloak implements AutoCloseable {

    public static final String CLIENT = "plexe-auth";
    public static final String PASSWORD = "a password at the provider";

    private static final Path UNPACKED = Path.of("target/keycloak").toAbsolutePath();
    private static final Pattern JAVA_VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
    private static final int OLDEST_JAVA = 21;
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path home;
    private final Path java;
    private final int port;
    private final String secret = UUID.randomUUID().toString();
    private final JsonArray users = new JsonArray();
    private Process process;

    private Keycloak(Path home, Path java, int port) {
        this.home = home;
        this.java = java;
        this.port = port;
    }

    /** One that is not started yet; where there is none, the tests that asked for it are skipped, or fail in its profile. */
    public static Keycloak findOrSkip() throws IOException {
        Optional<Path> home = children(UNPACKED).findFirst();
        Optional<Path> java = javas().filter(Keycloak::isNewEnough).findFirst();
        if (home.isEmpty() || java.isEmpty()) {
            if (Boolean.getBoolean("keycloak")) {
                throw new IllegalStateException("the profile keycloak needs " + UNPACKED + " and a Java 21 or later");
            }
            System.err.println("SKIPPED: no Keycloak here, so no real OpenID provider is tested against. Run"
                    + " ./mvnw verify -Pkeycloak, with a Java 21 or later on the machine.");
        }
        Assumptions.assumeTrue(home.isPresent() && java.isPresent(), "no Keycloak here");
        return new Keycloak(home.get(), java.get(), Instance.freePort());
    }

    private static Stream<Path> javas() throws IOException {
        Stream<Path> named = Stream.of("GRAALVM_HOME", "JAVA_HOME")
                .map(System::getenv)
                .filter(Objects::nonNull)
                .map(Path::of);
        return Stream.of(named, Stream.of(Path.of(System.getProperty("java.home"))), children(Path.of("/usr/lib/jvm")))
                .flatMap(places -> places);
    }

    private static Stream<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted(Comparator.naturalOrder()).toList().stream();
        }
    }

    private static boolean isNewEnough(Path java) {
        try {
            Matcher version = JAVA_VERSION.matcher(Files.readString(java.resolve("release")));
            return version.find() && Integer.parseInt(version.group(1)) >= OLDEST_JAVA;
        } catch (IOException e) {
            return false;
        }
    }

    /** Somebody who signs in with their address and {@link #PASSWORD}. */
    public Keycloak with(String email, boolean verified) {
        users.add(new JsonObject()
                .put("username", email)
                .put("email", email)
                .put("emailVerified", verified)
                .put("firstName", "Ada")
                .put("lastName", "Lovelace")
                .put("enabled", true)
                .put(
                        "credentials",
                        new JsonArray()
                                .add(new JsonObject().put("type", "password").put("value", PASSWORD))));
        return this;
    }

    public String issuer() {
        return "http://127.0.0.1:" + port + "/realms/plexe";
    }

    public String secret() {
        return secret;
    }

    public Keycloak start() throws Exception {
        Path realm = home.resolve("data/import/plexe.json");
        Files.createDirectories(realm.getParent());
        Files.writeString(
                realm,
                new JsonObject()
                        .put("realm", "plexe")
                        .put("enabled", true)
                        .put("sslRequired", "none")
                        .put("users", users)
                        .put(
                                "clients",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("clientId", CLIENT)
                                                .put("secret", secret)
                                                .put("redirectUris", new JsonArray().add("*"))
                                                .put("standardFlowEnabled", true)))
                        .encode());
        ProcessBuilder builder = new ProcessBuilder(
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--import-realm",
                "--db=dev-mem",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--health-enabled=false");
        builder.environment().put("JAVA_HOME", java.toString());
        builder.environment().put("JAVA_OPTS_APPEND", "-Xmx512m -XX:TieredStopAtLevel=1");
        process = builder.redirectErrorStream(true)
                .redirectOutput(home.resolve("test.log").toFile())
                .start();
        awaitReady();
        return this;
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Keycloak did not get ready: " + Files.readString(home.resolve("test.log")));
            }
            Thread.sleep(250);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest discovery = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HTTP.send(discovery, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** The script's own process is the parent of Java's. */
    @Override
    public void close() {
        if (process != null) {
            List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroy);
            for (ProcessHandle each : all) {
                each.onExit().completeOnTimeout(each, 10, TimeUnit.SECONDS).join();
                each.destroyForcibly();
            }
        }
    }
}
