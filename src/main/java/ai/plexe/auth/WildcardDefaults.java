package ai.plexe.auth;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.DefaultValuesConfigSource;
import io.smallrye.config.KeyMap;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import jakarta.annotation.Priority;
import java.util.Iterator;
import java.util.Map;

/**
 * Keeps the defaults of settings with a name in them, such as {@code quarkus.oidc.*.enabled}, in SmallRye Config's tree of names. In
 * its own place for them, of version 3.16, all have the same hash code: each setting that nobody has set is compared with each of 250,
 * which was a sixth of the binary's start. Where two of them match one name, the one that names more of it counts. Quarkus's build
 * takes down what it finds, so there they stay where they were.
 */
public final class WildcardDefaults implements SmallRyeConfigBuilderCustomizer {

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (QuarkusBuild.isDone()) {
            moveToTree(builder);
        }
    }

    static void moveToTree(SmallRyeConfigBuilder builder) {
        KeyMap<String> defaults = new KeyMap<>();
        Iterator<Map.Entry<String, String>> all =
                builder.getDefaultValues().entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, String> one = all.next();
            if (one.getKey().indexOf('*') >= 0 && one.getKey().indexOf('[') < 0) {
                defaults.findOrAdd(one.getKey()).putRootValue(one.getValue());
                all.remove();
            }
        }
        builder.withInterceptors(new Fallback(defaults));
    }

    /** After whoever adds defaults. */
    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }

    /** Asked last, after all sources. */
    @Priority(Fallback.NEXT_TO_THE_SOURCES)
    record Fallback(KeyMap<String> defaults) implements ConfigSourceInterceptor {

        private static final int NEXT_TO_THE_SOURCES = 0;

        @Override
        public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
            ConfigValue found = context.proceed(name);
            String value = found == null ? defaults.findRootValue(name) : null;
            return value == null
                    ? found
                    : ConfigValue.builder()
                            .withName(name)
                            .withValue(value)
                            .withRawValue(value)
                            .withConfigSourceName(DefaultValuesConfigSource.NAME)
                            .withConfigSourceOrdinal(DefaultValuesConfigSource.ORDINAL)
                            .build();
        }
    }
}
