package ai.plexe.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.DefaultValuesConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnlistedDefaultsTest {

    private static final Map<String, String> DEFAULTS = Map.of(
            "log.category.*.level", "inherit",
            "log.category.\"a.b\".level", "error",
            "log.level", "info",
            "tenant.*.enabled", "true",
            "tenant.enabled", "yes",
            "provider.*.keys[*].kind", "rsa");

    private final SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withProfile("prod")
            .withSources(new PropertiesConfigSource(
                    Map.of("log.category.c.level", "debug", "%prod.log.category.d.level", "trace"), "file", 100))
            .withDefaultValues(DEFAULTS)
            .withCustomizers(UnlistedDefaults::takeOut);

    private final SmallRyeConfig config = builder.build();

    @Test
    void anyNameHasTheDefault() {
        assertEquals("inherit", value("log.category.x.level"));
        assertEquals("inherit", value("log.category.\"x.y\".level"));
    }

    @Test
    void whatIsSaidOfOneNameCountsForIt() {
        assertEquals("error", value("log.category.\"a.b\".level"));
        assertEquals("debug", value("log.category.c.level"));
        assertEquals("trace", value("log.category.d.level"));
    }

    @Test
    void otherNamesHaveNone() {
        assertEquals("info", value("log.level"));
        assertEquals(null, value("log.category.level"));
        assertEquals(null, value("log.category.x.y.level"));
        assertEquals(null, value("log.category.x.level.y"));
        assertEquals(null, value("log.category..level.\"x"));
    }

    @Test
    void itIsKnownAsADefault() {
        assertEquals(
                DefaultValuesConfigSource.NAME,
                config.getConfigValue("log.category.x.level").getConfigSourceName());
        assertEquals(
                DefaultValuesConfigSource.ORDINAL,
                config.getConfigValue("log.category.x.level").getConfigSourceOrdinal());
    }

    @Test
    void theLibraryListsWhatLiesInMapsAndLists() {
        assertEquals(
                Set.of("log.category.\"a.b\".level", "tenant.enabled", "provider.*.keys[*].kind"),
                builder.getDefaultValues().keySet());
        assertEquals("rsa", value("provider.x.keys[3].kind"));
        assertEquals("yes", value("tenant.enabled"));
    }

    private String value(String name) {
        return config.getConfigValue(name).getValue();
    }
}
