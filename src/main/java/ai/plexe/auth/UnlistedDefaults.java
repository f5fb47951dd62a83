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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the defaults of settings out of SmallRye Config's list of names. The library, of version 3.16, looks through that list for each
 * map among the settings, and Quarkus does for names that it does not know. Defaults that hold for any name, such as
 * {@code quarkus.oidc.*.enabled}, are compared one by one with each setting that nobody has set, as all have the same hash code there.
 * Together that was a quarter of the binary's start. Where two such defaults match one name, the one that names more of it counts.
 * Quarkus's build records what it finds, so there all stay where they were.
 */
public final class UnlistedDefaults implements SmallRyeConfigBuilderCustomizer {

    private static final String ANY_NAME = "*";
    private static final String PROFILE = "%";
    /** What extensions look for in the list, to hand it on. */
    private static final Set<String> HANDED_ON = Set.of("quarkus.otel.", "quarkus.micrometer.");

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (QuarkusBuild.isDone()) {
            takeOut(builder);
        }
    }

    static void takeOut(SmallRyeConfigBuilder builder) {
        Map<String, String> listed = builder.getDefaultValues();
        Set<String> lookedThrough = new HashSet<>(HANDED_ON);
        lookedThrough.addAll(maps(listed.keySet()));
        Map<String, String> defaults = new HashMap<>();
        KeyMap<String> ofAnyName = new KeyMap<>();
        for (String name : List.copyOf(listed.keySet())) {
            if (name.indexOf('[') >= 0) {
                // The library finds a list's values by their names, and its tree does not know such.
                continue;
            }
            if (name.contains(ANY_NAME)) {
                ofAnyName.findOrAdd(name).putRootValue(listed.remove(name));
            } else if (!liesBelowOne(lookedThrough, name)) {
                defaults.put(name, listed.remove(name));
            }
        }
        builder.withInterceptors(new Fallback(defaults, ofAnyName));
    }

    /** A map's keys are found in the list alone; so {@code quarkus.oidc.enabled} stays, for the tenant without a name. */
    private static Set<String> maps(Set<String> names) {
        return names.stream()
                .filter(name -> name.contains(ANY_NAME))
                .map(name -> name.substring(0, name.indexOf(ANY_NAME)))
                .collect(Collectors.toSet());
    }

    private static boolean liesBelowOne(Set<String> prefixes, String name) {
        int begin = name.startsWith(PROFILE) ? name.indexOf('.') + 1 : 0;
        for (int dot = name.indexOf('.', begin); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (prefixes.contains(name.substring(begin, dot + 1))) {
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
