package ai.plexe.auth;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Translates {@code PLEXE_DATABASE_URL} into Quarkus's settings for both drivers. Quarkus's own
 * environment variables and system properties win over the translation, the translation wins over
 * {@code application.properties}. Without the setting there is nothing to translate; that one of
 * the two is there is up to {@link PlexeAuth}.
 *
 * <p>Quarkus makes one at build time and one at each start; a malformed URL fails the start with an
 * {@link IllegalArgumentException} that doesn't repeat it.
 */
public final class DatabaseUrlConfigSourceFactory implements ConfigSourceFactory {

    /** Between application.properties (250) and the environment (300). */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue url = context.getValue(DatabaseUrl.SETTING);
        if (url == null || url.getValue() == null || url.getValue().isBlank()) {
            return List.of();
        }
        return List.of(new Translation(DatabaseUrl.parse(url.getValue()).asQuarkusSettings()));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }

    /**
     * Answers when asked, but names nothing. Quarkus's build writes every value that it finds named
     * in a source like this one into the package: the password of whoever builds with
     * PLEXE_DATABASE_URL set must not end there.
     */
    private static final class Translation implements ConfigSource {

        private final Map<String, String> settings;

        Translation(Map<String, String> settings) {
            this.settings = settings;
        }

        @Override
        public Set<String> getPropertyNames() {
            return settings.keySet();
        }

        @Override
        public String getValue(String name) {
            return settings.get(name);
        }

        @Override
        public String getName() {
            return "PLEXE_DATABASE_URL";
        }

        @Override
        public int getOrdinal() {
            return ORDINAL;
        }
    }
}
