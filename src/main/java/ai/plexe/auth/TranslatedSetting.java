package ai.plexe.auth;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * One setting of the service's that says what takes several of Quarkus's. Quarkus's own environment variables and system
 * properties win over the translation, the translation wins over {@code application.properties}. Without the setting there is
 * nothing to translate.
 *
 * <p>Only translates for a start: Quarkus's build writes the values it finds into the package, and the password of whoever
 * builds with the setting in the environment must not end there. A malformed setting fails the start with an {@link
 * IllegalArgumentException} that doesn't repeat it.
 */
abstract class TranslatedSetting implements ConfigSourceFactory {

    /** Between application.properties (250) and the environment (300). */
    private static final int ORDINAL = 275;

    private final String setting;
    private final Function<String, Map<String, String>> translation;

    TranslatedSetting(String setting, Function<String, Map<String, String>> translation) {
        this.setting = setting;
        this.translation = translation;
    }

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        if (!QuarkusBuild.isDone()) {
            return List.of();
        }
        ConfigValue value = context.getValue(setting);
        if (value == null || value.getValue() == null || value.getValue().isBlank()) {
            return List.of();
        }
        return List.of(new PropertiesConfigSource(translation.apply(value.getValue()), setting, ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
