package ai.plexe.auth;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Translates {@code PLEXE_SMTP_URL} into the mailer's settings, by the same rules as {@link
 * DatabaseUrlConfigSourceFactory}: for a start only, below Quarkus's own variables. Without it no mail is sent.
 */
public final class SmtpUrlConfigSourceFactory implements ConfigSourceFactory {

    /** Between application.properties (250) and the environment (300). */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        if (!QuarkusBuild.isDone()) {
            return List.of();
        }
        ConfigValue url = context.getValue(SmtpUrl.SETTING);
        if (url == null || url.getValue() == null || url.getValue().isBlank()) {
            return List.of();
        }
        return List.of(new PropertiesConfigSource(
                SmtpUrl.parse(url.getValue()).asQuarkusSettings(), "PLEXE_SMTP_URL", ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
