package ai.plexe.auth.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A PostgreSQL that listens on a free port of 127.0.0.1 and asks for a password (SCRAM). It knows
 * one user who may connect, {@code plexe}, the owner of the database {@code plexe} and not a
 * superuser.
 */
final class PostgresServer {

    private static final String PASSWORD_FILE = "plexe.password";
    private static final int STARTS_TRIED = 10;

    /**
     * No socket in the file system: its path could be too long for the operating system, and nobody
     * needs it.
     */
    private static final String SETTINGS =
            " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c log_checkpoints=off";

    private final Programs programs;
    private final Path data;
    private final Path log;

    private PostgresServer(Programs programs, Path data, Path log) {
        this.programs = programs;
        this.data = data;
        this.log = log;
    }

    /** A running server: where it is, and its process. */
    record Running(URI url, long processId) {}

    /**
     * Starts the server on the directory's data, which it makes if there are none, and returns when
     * it takes connections.
     *
     * @param durable whether data must survive the end of the operating system, too
     * @throws LocalModeException if it doesn't start; the message names its log file
     */
    static Running start(Programs programs, DataDirectory directory, boolean durable) throws IOException {
        PostgresServer server =
                new PostgresServer(programs, directory.resolve("postgres"), ServerLog.fresh(directory, "postgres.log"));
        server.initializeOnce(directory);
        server.forgetDeadPredecessor();
        return server.startOnFreePort(durable);
    }

    /**
     * Either there is a whole data directory or none: it's made under another name and renamed when
     * complete.
     */
    private void initializeOnce(DataDirectory directory) throws IOException {
        if (Files.exists(data)) {
            return;
        }
        Path unfinished = directory.resolve("postgres.new");
        DataDirectory.deleteTree(unfinished);
        String password = Passwords.random();
        run(
                "",
                programs.postgres(
                        "initdb",
                        "--pgdata=" + unfinished,
                        "--username=postgres",
                        "--auth=reject",
                        "--encoding=UTF8",
                        "--no-locale",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8"));
        // The superuser has no password and no way to connect; single-user mode needs neither.
        run(
                "CREATE ROLE plexe LOGIN PASSWORD '" + password + "';\nCREATE DATABASE plexe OWNER plexe;\n",
                programs.postgres(
                        "postgres", "--single", "-D", unfinished.toString(), "-c", "exit_on_error=true", "template1"));
        Files.writeString(unfinished.resolve("pg_hba.conf"), "host plexe plexe 127.0.0.1/32 scram-sha-256\n");
        DataDirectory.writeSecret(unfinished.resolve(PASSWORD_FILE), password);
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * No earlier server on these data lives any more, that is settled. But PostgreSQL would believe
     * it does, if its process id belongs to another process by now or to one that is dead and whose
     * parent never asked.
     */
    private void forgetDeadPredecessor() throws IOException {
        Path idFile = data.resolve("postmaster.pid");
        if (Files.exists(idFile) && ProcessHandle.of(processId()).isPresent()) {
            Files.delete(idFile);
        }
    }

    /**
     * Another process may take the port first, and after a crash PostgreSQL waits for its
     * predecessor's last children to leave the shared memory: both pass with another try.
     */
    private Running startOnFreePort(boolean durable) throws IOException {
        for (int attempt = 1; attempt <= STARTS_TRIED; attempt++) {
            int port = FreePort.onLoopback();
            String options = "-p " + port + SETTINGS + (durable ? "" : " -F");
            if (Programs.run(
                    programs.postgres(
                            "pg_ctl",
                            "start",
                            "-w",
                            "-t",
                            "60",
                            "-D",
                            data.toString(),
                            "-l",
                            log.toString(),
                            "-o",
                            options),
                    "",
                    log)) {
                return new Running(url(port), processId());
            }
        }
        throw new LocalModeException("PostgreSQL does not start: see " + log);
    }

    private URI url(int port) throws IOException {
        String password = Files.readString(data.resolve(PASSWORD_FILE));
        return URI.create("postgresql://plexe:" + password + "@127.0.0.1:" + port + "/plexe");
    }

    private long processId() throws IOException {
        return Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
    }

    private void run(String input, List<String> command) throws IOException {
        if (!Programs.run(command, input, log)) {
            throw new LocalModeException("PostgreSQL could not be set up: see " + log);
        }
    }
}
