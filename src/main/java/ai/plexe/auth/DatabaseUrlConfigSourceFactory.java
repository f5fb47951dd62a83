package ai.plexe.auth;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Translates {@code PLEXE_DATABASE_URL} into Quarkus's settings for both drivers. Quarkus's own
 * environment variables and system properties win over the translation, the translation wins over
 * {@code application.properties}. Without the setting there is nothing to translate; that one of
 * the two is there is up to {@link PlexeAuth}.
 *
 * <p>Only translates for a start: Quarkus's build writes the values it finds into the package, and
 * the password of whoever builds with the setting in the environment must not end there. A
 * malformed URL fails the start with an {@link IllegalArgumentException} that doesn't repeat it.
 */
public final class DatabaseUrlConfigSourceFactory implements ConfigSourceFactory {

    /** Between application.properties (250) and the environment (300). */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        if (!QuarkusBuild.isDone()) {
            return List.of();
        }
        ConfigValue url = context.getValue(DatabaseUrl.SETTING);
        if (url == null || url.getValue() == null || url.getValue().isBlank()) {
            return List.of();
        }
        return List.of(new PropertiesConfigSource(
                DatabaseUrl.parse(url.getValue()).asQuarkusSettings(), "PLEXE_DATABASE_URL", ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
