package ai.plexe.auth;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.DefaultValuesConfigSource;
import io.smallrye.config.KeyMap;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import jakarta.annotation.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the defaults of settings out of SmallRye Config's list of names. It, of version 3.16, looks through that list for each map among
 * the settings, and Quarkus for what nobody knows; and those defaults with any name in them, such as {@code quarkus.oidc.*.enabled}, are
 * compared one by one with each setting that nobody has set, as all have the same hash code there. Together that was a third of the
 * binary's start. Where two of those match one name, the one that names more of it counts. Quarkus's build takes down what it finds, so
 * there they stay where they were.
 */
public final class UnlistedDefaults implements SmallRyeConfigBuilderCustomizer {

    private static final String ANY_NAME = "*";

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (QuarkusBuild.isDone()) {
            takeOut(builder);
        }
    }

    static void takeOut(SmallRyeConfigBuilder builder) {
        Map<String, String> listed = builder.getDefaultValues();
        Set<String> maps = listed.keySet().stream()
                .filter(name -> name.contains(ANY_NAME))
                .map(name -> name.substring(0, name.indexOf(ANY_NAME)))
                .collect(Collectors.toSet());
        Map<String, String> defaults = new HashMap<>();
        KeyMap<String> ofAnyName = new KeyMap<>();
        for (String name : List.copyOf(listed.keySet())) {
            if (name.indexOf('[') >= 0) {
                continue;
            }
            if (name.contains(ANY_NAME)) {
                ofAnyName.findOrAdd(name).putRootValue(listed.remove(name));
            } else if (!liesInOne(maps, name)) {
                defaults.put(name, listed.remove(name));
            }
        }
        builder.withInterceptors(new Fallback(defaults, ofAnyName));
    }

    /** What a map holds is known by the list alone; of the tenant without a name, {@code quarkus.oidc.enabled} stays for that. */
    private static boolean liesInOne(Set<String> maps, String name) {
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (maps.contains(name.substring(0, dot + 1))) {
                return true;
            }
        }
        return false;
    }

    /** After whoever adds defaults. */
    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }

    /** Asked last, after all sources. */
    @Priority(Fallback.NEXT_TO_THE_SOURCES)
    record Fallback(Map<String, String> defaults, KeyMap<String> ofAnyName) implements ConfigSourceInterceptor {

        private static final int NEXT_TO_THE_SOURCES = 0;

        @Override
        public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
            ConfigValue found = context.proceed(name);
            String value = found == null ? defaultOf(name) : null;
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

        private String defaultOf(String name) {
            String value = defaults.get(name);
            return value == null ? ofAnyName.findRootValue(name) : value;
        }
    }
}
