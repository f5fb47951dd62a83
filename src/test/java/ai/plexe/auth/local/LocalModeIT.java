package ai.plexe.auth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Instance;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the packaged service in local mode as a newcomer does, and ends it in every way there is.
 */
class LocalModeIT {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final Duration LONGEST_END = Duration.ofSeconds(25);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path temporary;

    private Path data;
    private int port;

    @BeforeAll
    static void theArtifactIsTheJvmPackage() {
        assumeTrue(!Instance.isNative(), "the native binary has no local mode");
    }

    @BeforeEach
    void chooseDirectoryAndPort() throws IOException {
        data = temporary.toRealPath().resolve("data");
        port = FreePort.onLoopback();
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process service : started) {
            service.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        await("no server left", LONGEST_END, () -> processesOfDirectory().isEmpty());
    }

    @Test
    void aKilledServiceTakesItsServersAlongAndStartsAgainWithItsData() throws Exception {
        Process first = startService();
        assertFalse(processesOfDirectory().isEmpty());
        String madeAtFirstStart = leaveATrace();

        first.destroyForcibly();
        await("no server left", LONGEST_END, () -> processesOfDirectory().isEmpty());

        startService();
        assertTraceIsThere(madeAtFirstStart);
    }

    @Test
    void aServiceEndedBySigtermLeavesNothingRunningAndLogsNoError() throws Exception {
        Process service = startService();

        service.destroy();

        assertTrue(service.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS));
        assertEquals(List.of(), processesOfDirectory());
        assertEquals(143, service.exitValue());
        String log = Files.readString(log(service));
        assertFalse(log.contains("\"level\":\"ERROR\"") || log.contains(" ERROR "), log);
        assertTrue(Files.readString(data.resolve("postgres.log")).contains("database system is shut down"));
        assertTrue(Files.readString(data.resolve("redis.log")).contains("Redis is now ready to exit"));
    }

    @Test
    void whenAllIsKilledAtOnceTheNextStartRecovers() throws Exception {
        Process first = startService();
        String madeAtFirstStart = leaveATrace();

        first.destroyForcibly();
        processesOfDirectory().forEach(ProcessHandle::destroyForcibly);
        await("all gone", LONGEST_END, () -> processesOfDirectory().isEmpty());

        startService();
        assertTraceIsThere(madeAtFirstStart);
    }

    @Test
    void aSecondServiceOnTheSameDataExitsWithOneLine() throws Exception {
        startService();

        Process second = launch(FreePort.onLoopback());

        assertTrue(second.waitFor(LONGEST_START.toSeconds(), TimeUnit.SECONDS));
        assertNotEquals(0, second.exitValue());
        List<String> lines = Files.readAllLines(log(second));
        assertEquals(1, lines.size(), () -> String.join("\n", lines));
        assertTrue(lines.get(0).contains("is in use by another process"), lines.get(0));
        assertEquals(200, status("/q/health/ready"));
    }

    @Test
    void withoutServersAndLocalModeItSaysWhatIsMissingAndExits() throws Exception {
        ProcessBuilder builder = serviceOn(port);
        builder.environment().keySet().removeIf(name -> name.startsWith("PLEXE_"));
        builder.environment().put("PLEXE_REDIS_URL", "redis://127.0.0.1:1");

        Process service = launch(builder);

        assertTrue(service.waitFor(LONGEST_START.toSeconds(), TimeUnit.SECONDS));
        assertEquals(1, service.exitValue());
        List<String> lines = Files.readAllLines(log(service));
        assertEquals(1, lines.size(), () -> String.join("\n", lines));
        assertTrue(lines.get(0).contains("PLEXE_DATABASE_URL is not set"), lines.get(0));
        assertTrue(lines.get(0).contains("PLEXE_LOCAL=true"), lines.get(0));
        assertFalse(lines.get(0).contains("PLEXE_REDIS_URL"), lines.get(0));
    }

    @Test
    void theBannersSecretsStandOnceOnStandardOutput() throws Exception {
        Process service = startService();
        DemoAccount account = DemoAccount.in(data).orElseThrow();

        await("the banner", LONGEST_START, () -> occurrences(log(service), account.password()) > 0);
        assertEquals(1, occurrences(log(service), account.password()));
        assertTrue(Files.readString(log(service)).contains("http://localhost:" + port + "/q/swagger-ui"));
    }

    @Test
    void aDeadDemoKeyIsNotOffered() throws Exception {
        Process first = startService();
        DemoAccount account = DemoAccount.in(data).orElseThrow();
        Api demo = demo();
        demo.revoke(demo.list(Map.of()).jsonPath().getString("keys[0].key_id"))
                .then()
                .statusCode(200);
        first.destroy();
        assertTrue(first.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS));

        Process second = startService();

        await("the banner", LONGEST_START, () -> occurrences(log(second), account.password()) > 0);
        assertEquals(0, occurrences(log(second), account.apiKey()));
        assertEquals(1, occurrences(log(second), "delete " + data + " to begin anew"));
    }

    private Process startService() throws Exception {
        Process service = launch(port);
        await("the service is ready", LONGEST_START, () -> {
            assertTrue(service.isAlive(), () -> "the service ended: " + read(log(service)));
            return status("/q/health/ready") == 200;
        });
        return service;
    }

    private Process launch(int port) throws IOException {
        return launch(serviceOn(port));
    }

    private ProcessBuilder serviceOn(int port) {
        ProcessBuilder builder =
                new ProcessBuilder(Instance.java(TARGET.resolve("quarkus-app").resolve("quarkus-run.jar")));
        builder.environment().put("PLEXE_LOCAL", "true");
        builder.environment().put("PLEXE_DATA_DIR", data.toString());
        builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        return builder.directory(temporary.toFile()).redirectErrorStream(true);
    }

    private Process launch(ProcessBuilder builder) throws IOException {
        Path log = temporary.resolve("service.log");
        Process service = builder.redirectOutput(log.toFile()).start();
        started.add(service);
        Files.move(log, log(service));
        return service;
    }

    private Path log(Process service) {
        return temporary.resolve(service.pid() + ".log");
    }

    private String leaveATrace() throws Exception {
        Api demo = demo();
        demo.request().body("{\"name\": \"trace\"}").post("/models").then().statusCode(201);
        return demo.models().asString();
    }

    private void assertTraceIsThere(String trace) throws Exception {
        assertEquals(trace, demo().models().then().statusCode(200).extract().asString());
    }

    private Api demo() throws Exception {
        return new Api(port, DemoAccount.in(data).orElseThrow().apiKey());
    }

    private int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address(path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /**
     * PostgreSQL, Redis and the watchdog. The service itself names the directory in its environment
     * only.
     */
    private List<ProcessHandle> processesOfDirectory() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(data + "/"))
                .collect(Collectors.toList());
    }

    private static int occurrences(Path file, String text) {
        return read(file).split(Pattern.quote(text), -1).length - 1;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    private static void await(String what, Duration longest, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time: " + what);
            Thread.sleep(50);
        }
    }
}
