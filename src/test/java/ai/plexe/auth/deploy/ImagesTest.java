package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is built into images and how they run beside each other; where there is an engine to build them, that is the better test. */
class ImagesTest {

    private static final Path COMPOSE = Manifest.DEPLOY.resolve("compose.yaml");
    /** A tag, and no host in front: that has a dot, or a port. */
    private static final Pattern IMAGE =
            Pattern.compile("(?!latest)[a-z-]+(/[a-z-]+)?:(?!latest)[a-z0-9.-]+(@sha256:[0-9a-f]{64})?");

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "Dockerfile.jvm"})
    void theLastStageIsNobodysAndRunsTheServiceItself(String file) throws IOException {
        List<String> lines = instructions(file);
        List<String> last = lines.subList(
                lines.lastIndexOf(lines.stream()
                        .filter(starting("FROM "))
                        .reduce((first, next) -> next)
                        .orElseThrow()),
                lines.size());

        assertEquals(
                List.of("USER 10001:10001"),
                last.stream().filter(starting("USER ")).toList());
        assertTrue(last.get(last.size() - 1).startsWith("ENTRYPOINT [")
                || last.get(last.size() - 1).startsWith("CMD ["));
        assertEquals(1, last.stream().filter(starting("ENTRYPOINT [\"")).count(), "a shell between");
        assertTrue(last.stream().filter(starting("RUN ")).count() <= 1);
        lines.stream().filter(starting("WORKDIR ")).forEach(line -> assertTrue(line.startsWith("WORKDIR /"), line));
        lines.stream().filter(starting("ADD ")).forEach(line -> assertEquals("COPY", line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "Dockerfile.jvm"})
    void everyImageHasATagAndNoRegistry(String file) throws IOException {
        for (String line : instructions(file)) {
            if (line.startsWith("FROM ")) {
                String image = line.split(" ")[1];
                assertTrue(
                        Set.of("scratch", "${BUILDER_IMAGE}").contains(image)
                                || IMAGE.matcher(image).matches(),
                        line);
            }
        }
    }

    /** What fails before a pipe would else go unseen. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "Dockerfile.jvm"})
    void aPipeFailsWhereAnyPartOfItDoes(String file) throws IOException {
        List<String> lines = instructions(file);
        String before = "";
        for (String line : lines) {
            if (line.startsWith("FROM ") || line.startsWith("SHELL ")) {
                before = line;
            }
            if (line.startsWith("RUN ") && line.contains(" | ")) {
                assertTrue(before.contains("\"pipefail\""), line);
            }
        }
    }

    @Test
    void theNativeImageHasNothingBesideTheBinary() throws IOException {
        List<String> lines = instructions("Dockerfile.native");
        List<String> last = lines.subList(lines.indexOf("FROM scratch"), lines.size());

        assertEquals(1, last.stream().filter(starting("COPY ")).count());
        assertEquals(0, last.stream().filter(starting("RUN ")).count());
    }

    @Test
    void theCacheIsWrittenWithTheOptionsItIsReadWith() throws IOException {
        List<String> lines = instructions("Dockerfile.jvm");
        String training = lines.stream()
                .flatMap(line -> Stream.of(line.split(" && ")))
                .filter(command -> command.contains("bash /train.sh "))
                .findFirst()
                .orElseThrow();
        String running = lines.get(lines.size() - 1);

        assertTrue(training.startsWith("setpriv --reuid=plexe "), "PostgreSQL refuses to run as root");
        List<String> options =
                Stream.of(training.strip().split(" +")).filter(starting("-X")).toList();
        assertFalse(options.isEmpty());
        for (String option : options) {
            assertTrue(running.contains('"' + option + '"'), option);
        }
    }

    @Test
    void servicesBesideEachOtherMayDoNothingButTheirWork() {
        Map<?, ?> services = (Map<?, ?>) Manifest.in(COMPOSE).get(0).content().get("services");

        assertEquals(Set.of("service", "postgresql", "redis"), services.keySet());
        services.forEach((name, definition) -> {
            Map<?, ?> service = (Map<?, ?>) definition;
            assertTrue(IMAGE.matcher(service.get("image").toString()).matches(), name + ": image");
            assertEquals(true, service.get("read_only"), name + ": read_only");
            assertEquals(List.of("ALL"), service.get("cap_drop"), name + ": cap_drop");
            assertFalse(service.containsKey("cap_add"), name + ": cap_add");
            assertEquals(List.of("no-new-privileges:true"), service.get("security_opt"), name + ": security_opt");
            assertTrue(service.containsKey("healthcheck"), name + ": healthcheck");
            assertTrue(name.equals("service") == service.containsKey("ports"), name + ": ports");
            assertTrue(
                    name.equals("service") || service.get("networks").equals(List.of("servers")), name + ": networks");
        });
        String redis = ((Map<?, ?>) services.get("redis")).get("command").toString();
        assertTrue(redis.contains("--appendonly yes"), redis);
        assertFalse(redis.contains("${"), "a secret on the command line");
    }

    @Test
    void secretsComeFromTheEnvironmentAndSettingsAreTheServices() throws IOException {
        Map<?, ?> services = (Map<?, ?>) Manifest.in(COMPOSE).get(0).content().get("services");

        for (Object definition : services.values()) {
            Map<?, ?> environment = (Map<?, ?>) ((Map<?, ?>) definition).get("environment");
            environment.forEach((name, value) -> {
                // Without a value it is the environment's, and not there unless that has it.
                if (value != null && name.toString().matches(".*(PASSWORD|AUTH|KEY|DATABASE_URL|REDIS_URL)")) {
                    assertTrue(value.toString().matches(".*\\$\\{[A-Z_]+:\\?}.*"), name + " has a default");
                }
            });
        }
        Map<?, ?> ours = (Map<?, ?>) ((Map<?, ?>) services.get("service")).get("environment");
        Set<String> known = KubernetesTest.settings();
        ours.keySet().forEach(name -> assertTrue(known.contains(name), name + " is no setting"));
        assertTrue(Files.readString(Manifest.DEPLOY.resolveSibling(".gitignore"))
                .lines()
                .anyMatch(".env"::equals));
    }

    /** Without comments, and lines that go on joined. */
    private static List<String> instructions(String file) throws IOException {
        return Files.readString(Manifest.DEPLOY.resolve(file))
                .replaceAll("(?m)^#.*\\R", "")
                .replaceAll("\\\\\\R\\s*", "")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static Predicate<String> starting(String instruction) {
        return line -> line.startsWith(instruction);
    }
}
