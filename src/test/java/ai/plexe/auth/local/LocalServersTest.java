package ai.plexe.auth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServersTest {

    @TempDir
    private Path temporary;

    private Path directory;

    /** A blank in the path must do no harm to any of the programs. */
    @BeforeEach
    void nameDirectory() throws IOException {
        directory = temporary.toRealPath().resolve("the data");
    }

    @Test
    void dataAreKeptOverARestart() throws Exception {
        try (LocalServers servers = LocalServers.start(directory)) {
            execute(servers, "CREATE TABLE kept AS SELECT 42 AS n");
            redis(servers.redisUrl(), "SET kept 43");
        }
        assertEquals(Set.of(), processesOf(directory));

        try (LocalServers servers = LocalServers.start(directory)) {
            assertEquals(42, number(servers, "SELECT n FROM kept"));
            assertTrue(redis(servers.redisUrl(), "GET kept").contains("43"));
            assertEquals("on", text(servers, "SHOW fsync"));
        }
        assertEquals(Set.of(), processesOf(directory));
    }

    @Test
    void aSecondServiceIsRefusedAndTheFirstGoesOn() throws Exception {
        try (LocalServers servers = LocalServers.start(directory)) {
            Set<Long> before = processesOf(directory);

            LocalModeException refusal = assertThrows(LocalModeException.class, () -> LocalServers.start(directory));

            assertTrue(refusal.getMessage().contains(directory + " is in use by another process"));
            assertEquals(before, processesOf(directory));
            assertEquals(1, number(servers, "SELECT 1"));
        }
    }

    @Test
    void serversThatACrashLeftBehindAreEndedFirst() throws Exception {
        LocalServers crashed = LocalServers.start(directory);
        execute(crashed, "CREATE TABLE kept AS SELECT 42 AS n");
        redis(crashed.redisUrl(), "SET kept 43");
        String watchdog = Files.readString(directory.resolve("watchdog.pid")).trim();
        ProcessHandle.of(Long.parseLong(watchdog)).orElseThrow().destroyForcibly();
        Set<Long> orphans = serversOf(directory);
        assertEquals(2, orphans.size());
        dropLock();

        try (LocalServers servers = LocalServers.start(directory)) {
            assertEquals(42, number(servers, "SELECT n FROM kept"));
            assertTrue(redis(servers.redisUrl(), "GET kept").contains("43"));
            assertTrue(processesOf(directory).stream().noneMatch(orphans::contains));
        }
    }

    @Test
    void serversThatWereKilledStartAgainWithTheirData() throws Exception {
        LocalServers killed = LocalServers.start(directory);
        execute(killed, "CREATE TABLE kept AS SELECT 42 AS n");
        redis(killed.redisUrl(), "SET kept 43");
        processesOf(directory).forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
        assertTrue(Files.exists(directory.resolve("postgres/postmaster.pid")));
        dropLock();

        try (LocalServers servers = LocalServers.start(directory)) {
            assertEquals(42, number(servers, "SELECT n FROM kept"));
            assertTrue(redis(servers.redisUrl(), "GET kept").contains("43"));
        }
    }

    @Test
    void aStaleProcessIdThatNowBelongsToAnotherProcessIsHarmless() throws Exception {
        LocalServers.start(directory).close();
        Process innocent = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(directory.resolve("postgres/postmaster.pid"), innocent.pid() + "\n");
            Files.writeString(directory.resolve("redis/redis.pid"), innocent.pid() + "\n");
            Files.writeString(directory.resolve("watchdog.pid"), innocent.pid() + "\n");

            LocalServers.start(directory).close();

            assertTrue(innocent.isAlive());
        } finally {
            innocent.destroy();
        }
    }

    @Test
    void bothServersAskForAPassword() throws Exception {
        try (LocalServers servers = LocalServers.startFresh()) {
            URI database = servers.databaseUrl();
            String address = "jdbc:postgresql://127.0.0.1:" + database.getPort() + database.getPath();
            assertThrows(
                    SQLException.class,
                    () -> DriverManager.getConnection(address, "plexe", "guess").close());
            assertThrows(
                    SQLException.class,
                    () -> DriverManager.getConnection(address, "postgres", "").close());
            assertEquals("f", text(servers, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));

            URI noPassword =
                    URI.create("redis://127.0.0.1:" + servers.redisUrl().getPort());
            assertTrue(redis(noPassword, "PING").startsWith("-NOAUTH"));
        }
    }

    @Test
    void freshServersLeaveNothingBehind() throws Exception {
        Set<Path> before = freshDirectories();
        Path fresh;
        Path programs;
        try (LocalServers servers = LocalServers.startFresh()) {
            assertEquals(1, number(servers, "SELECT 1"));
            Set<Path> made = freshDirectories();
            made.removeAll(before);
            assertEquals(1, made.size());
            fresh = made.iterator().next();
            programs = fresh.resolve("programs").toRealPath();
            assertFalse(processesOf(fresh).isEmpty());
        }
        assertFalse(Files.exists(fresh));
        assertTrue(Files.exists(programs), "others that are fresh share the programs");
        assertEquals(Set.of(), processesOf(fresh));
    }

    @Test
    void nobodyElseMayReadTheData() throws Exception {
        try (LocalServers servers = LocalServers.start(directory)) {
            assertEquals(1, number(servers, "SELECT 1"));
            assertEquals(3, Files.getPosixFilePermissions(directory).size());
            assertEquals(
                    2,
                    Files.getPosixFilePermissions(directory.resolve("postgres/plexe.password"))
                            .size());
            assertEquals(
                    2,
                    Files.getPosixFilePermissions(directory.resolve("redis/redis.conf"))
                            .size());
        }
    }

    /** What the operating system does when a process ends, here for the one that runs the tests. */
    private void dropLock() throws IOException {
        System.clearProperty("plexe.local.in-use." + directory);
        Files.delete(directory.resolve("lock"));
    }

    private static Set<Path> freshDirectories() throws IOException {
        try (var paths = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return paths.filter(path -> path.getFileName().toString().startsWith("plexe-auth-"))
                    .collect(Collectors.toSet());
        }
    }

    /** PostgreSQL with its children, Redis and the watchdog. */
    private static Set<Long> processesOf(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(directory + "/"))
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    private static Set<Long> serversOf(Path directory) throws IOException {
        return Set.of(
                Long.valueOf(Files.readAllLines(directory.resolve("postgres/postmaster.pid"))
                        .get(0)
                        .trim()),
                Long.valueOf(
                        Files.readString(directory.resolve("redis/redis.pid")).trim()));
    }

    private static void execute(LocalServers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(LocalServers servers, String sql) throws SQLException {
        return Integer.parseInt(text(servers, sql));
    }

    private static String text(LocalServers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }

    private static Connection connect(LocalServers servers) throws SQLException {
        URI url = servers.databaseUrl();
        String[] credentials = url.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
                credentials[0],
                credentials[1]);
    }

    private static String redis(URI url, String command) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(5_000);
            String sign =
                    url.getUserInfo() == null ? "" : "AUTH " + url.getUserInfo().substring(1) + "\r\n";
            socket.getOutputStream().write((sign + command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
