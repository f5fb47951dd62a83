package ai.plexe.auth.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A PostgreSQL 18 and a Redis 6.2 of their own for one service, listening on free ports of
 * 127.0.0.1 only, each with a password.
 *
 * <p>They end when this object is closed and, at the latest, moments after this JVM has ended, be
 * it by SIGKILL. Data that PostgreSQL or Redis acknowledged are kept over all of these. All methods
 * block; safe from any thread.
 */
public final class LocalServers implements AutoCloseable {

    private final DataDirectory directory;
    private final Watchdog watchdog;
    private final boolean fresh;
    private final URI databaseUrl;
    private final URI redisUrl;

    private LocalServers(DataDirectory directory, Watchdog watchdog, boolean fresh, URI databaseUrl, URI redisUrl) {
        this.directory = directory;
        this.watchdog = watchdog;
        this.fresh = fresh;
        this.databaseUrl = databaseUrl;
        this.redisUrl = redisUrl;
    }

    /**
     * Starts both on the data kept under a directory, which is made if it's missing. Servers that
     * an earlier, crashed service left running there are ended first.
     *
     * @throws LocalModeException if another service uses the directory, or a server doesn't start
     */
    public static LocalServers start(Path dataDirectory) {
        Programs.requireSupportedSystem();
        return start(DataDirectory.lock(dataDirectory), false);
    }

    /**
     * Starts both on an empty temporary directory that is deleted when they end. For tests:
     * quicker, since nothing has to survive, and all of a JVM share the programs.
     *
     * @throws LocalModeException if a server doesn't start
     */
    public static LocalServers startFresh() {
        Programs.requireSupportedSystem();
        try {
            return start(DataDirectory.lock(Files.createTempDirectory("plexe-auth-")), true);
        } catch (IOException e) {
            throw new LocalModeException("no temporary directory can be made: " + e, e);
        }
    }

    /** Takes over the directory's lock, and drops it if the start fails. */
    static LocalServers start(DataDirectory directory, boolean fresh) {
        Watchdog watchdog = null;
        try {
            if (fresh) {
                SharedPrograms.linkTo(directory);
            } else {
                Watchdog.endFormerServers(directory);
            }
            Programs programs = Programs.unpackedIn(directory);
            watchdog = Watchdog.start(directory, fresh);
            PostgresServer.Running postgres = PostgresServer.start(programs, directory, !fresh);
            watchdog.guard(postgres.processId());
            RedisServer.Running redis = RedisServer.start(programs, directory, !fresh);
            watchdog.guard(redis.processId());
            return new LocalServers(directory, watchdog, fresh, postgres.url(), redis.url());
        } catch (IOException | RuntimeException e) {
            if (watchdog != null) {
                watchdog.close();
            }
            directory.close();
            if (e instanceof LocalModeException refusal) {
                throw refusal;
            }
            throw new LocalModeException("the local PostgreSQL and Redis can't be started: " + e, e);
        }
    }

    /**
     * {@code postgresql://user:password@127.0.0.1:port/plexe}; the user owns the database and is no
     * superuser.
     */
    public URI databaseUrl() {
        return databaseUrl;
    }

    /** {@code redis://:password@127.0.0.1:port}. */
    public URI redisUrl() {
        return redisUrl;
    }

    /**
     * Ends both in good order and returns when they have ended. A second call does nothing.
     *
     * @throws LocalModeException if one doesn't end
     */
    @Override
    public synchronized void close() {
        boolean guarded = watchdog.isAlive();
        watchdog.close();
        if (!guarded && !fresh && Files.exists(directory.path())) {
            endUnguarded();
        }
        directory.close();
    }

    /** Somebody has killed the watchdog. */
    private void endUnguarded() {
        try {
            Watchdog.endFormerServers(directory);
        } catch (IOException e) {
            throw new LocalModeException("the local PostgreSQL and Redis can't be ended: " + e, e);
        }
    }
}
