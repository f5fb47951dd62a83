package ai.plexe.auth;

import ai.plexe.auth.local.LocalMode;
import io.quarkus.dev.console.DevConsoleManager;
import io.quarkus.runtime.ImageMode;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether PostgreSQL and Redis are the operator's or those of local mode. Used on the main thread,
 * before Quarkus.
 */
final class ServerChoice {

    private static final String REDIS_SETTING = "plexe.redis.url";

    /**
     * Of this class alone and not the service's, which is read later and must see what is decided
     * here.
     */
    private final SmallRyeConfig settings = new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addSystemSources()
            .build();

    /**
     * Enters local mode if that is what is wanted, and otherwise makes sure that the operator has
     * named both servers.
     *
     * @throws IllegalArgumentException with one sentence for the operator
     * @throws ai.plexe.auth.local.LocalModeException with one sentence for the operator
     */
    void settle() {
        // An IDE starts the main class as it is: Quarkus then builds, and calls it again.
        if (!QuarkusBuild.isDone() || LocalMode.isEntered()) {
            return;
        }
        settings.getOptionalValue(SmtpUrl.SETTING, String.class).ifPresent(SmtpUrl::parse);
        List<String> missing = missing();
        if (isLocal(missing)) {
            refuseInNativeImage();
            LocalMode.enter(
                    Path.of(settings.getOptionalValue("plexe.data-dir", String.class)
                            .orElse("data")),
                    this::isSet,
                    isDevelopment());
        } else if (!missing.isEmpty()) {
            throw new IllegalArgumentException(String.join(" and ", missing)
                    + (missing.size() == 1 ? " is" : " are")
                    + " not set. Set "
                    + (missing.size() == 1 ? "it" : "them")
                    + ", or PLEXE_LOCAL=true for an embedded PostgreSQL and Redis.");
        } else {
            settings.getOptionalValue(DatabaseUrl.SETTING, String.class).ifPresent(DatabaseUrl::parse);
        }
    }

    private boolean isLocal(List<String> missing) {
        return settings.getOptionalValue("plexe.local", Boolean.class)
                .orElseGet(() -> isDevelopment() && missing.size() == 2);
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!isSet(DatabaseUrl.SETTING)) {
            missing.add("PLEXE_DATABASE_URL");
        }
        if (!isSet(REDIS_SETTING)) {
            missing.add("PLEXE_REDIS_URL");
        }
        return missing;
    }

    private boolean isSet(String setting) {
        return settings.getOptionalValue(setting, String.class).isPresent();
    }

    private static void refuseInNativeImage() {
        if (ImageMode.current() == ImageMode.NATIVE_RUN) {
            throw new IllegalArgumentException(
                    "PLEXE_LOCAL=true needs the JVM package: the native binary carries no database.");
        }
    }

    /**
     * Quarkus settles its launch mode only after this; that it can replace classes is known
     * already.
     */
    private static boolean isDevelopment() {
        return DevConsoleManager.getHotReplacementContext() != null;
    }
}
