package ai.plexe.auth.local;

import io.quarkus.runtime.Application;
import io.quarkus.runtime.ApplicationLifecycleManager;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Enters local mode: starts the servers, tells the service of them through system properties, and
 * ends them after it.
 *
 * <p>System properties are also its memory: after a live reload the class loader is another one,
 * the JVM and its servers are the same.
 */
public final class LocalMode {

    static final String DIRECTORY_PROPERTY = "plexe.local.data-directory";

    private static final long LONGEST_STOP_SECONDS = 60;

    private LocalMode() {}

    /** Whether this JVM is in local mode already. */
    public static boolean isEntered() {
        return System.getProperty(DIRECTORY_PROPERTY) != null;
    }

    /**
     * Starts the servers and sets {@code plexe.database.url}, {@code plexe.redis.url} and, where
     * the operator hasn't set them, {@code plexe.master-key} and the {@code plexe.bootstrap} settings of the demo account. To be
     * called once, before the service.
     *
     * @param isSet whether the operator has set the setting of that name
     * @param reloads whether the service can stop and start again in this JVM; then only its end
     *     ends the servers
     * @throws LocalModeException if that can't be; nothing is left running
     */
    public static void enter(Path dataDirectory, Predicate<String> isSet, boolean reloads) {
        Programs.requireSupportedSystem();
        DataDirectory directory = DataDirectory.lock(dataDirectory);
        Map<String, String> bootstrap = bootstrap(directory);
        LocalServers servers = LocalServers.start(directory, false);
        Runtime.getRuntime().addShutdownHook(new Thread(end(servers, reloads), "end of local mode"));
        bootstrap.forEach((name, value) -> {
            if (!isSet.test(name)) {
                System.setProperty(name, value);
            }
        });
        System.setProperty("plexe.database.url", servers.databaseUrl().toString());
        System.setProperty("plexe.redis.url", servers.redisUrl().toString());
        System.setProperty(DIRECTORY_PROPERTY, directory.path().toString());
    }

    private static Map<String, String> bootstrap(DataDirectory directory) {
        try {
            Map<String, String> settings = new HashMap<>();
            DemoAccount.of(directory).ifPresent(account -> settings.putAll(account.settings()));
            settings.put("plexe.master-key", MasterKeyFile.of(directory));
            return settings;
        } catch (IOException | RuntimeException e) {
            directory.close();
            if (e instanceof LocalModeException refusal) {
                throw refusal;
            }
            throw new LocalModeException("the demo account and the master key can't be kept: " + e, e);
        }
    }

    /**
     * Shutdown hooks run all at once, and the service needs its database to the end. Where the
     * service reloads, its classes may be gone by then: the hook only keeps the lock and the pipe
     * from being collected, and the watchdog does the rest.
     */
    private static Runnable end(LocalServers servers, boolean reloads) {
        if (reloads) {
            return () -> Reference.reachabilityFence(servers);
        }
        return () -> {
            awaitServiceStopped(ApplicationLifecycleManager.getCurrentApplication());
            servers.close();
        };
    }

    private static void awaitServiceStopped(Application service) {
        if (service == null) {
            return;
        }
        try {
            CompletableFuture.runAsync(service::awaitShutdown).get(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The servers must end now, whatever the service is about.
        }
    }
}
