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
            "log.path", "here",
            "log.copy", "${log.level} of ${log.path}",
            "tenant.*.enabled", "true",
            "tenant.enabled", "yes",
            "%prod.tenant.name", "ours",
            "quarkus.otel.limit", "7",
            "provider.*.keys[*].kind", "rsa");

    private final SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withProfile("prod")
            .withSources(new PropertiesConfigSource(
                    Map.of(
                            "log.category.c.level",
                            "debug",
                            "%prod.log.category.d.level",
                            "trace",
                            "%prod.log.path",
                            "there"),
                    "file",
                    100))
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
    void whatIsSetCountsBeforeADefaultAndWithinOne() {
        assertEquals("there", value("log.path"));
        assertEquals("info of there", value("log.copy"));
        assertEquals("ours", value("tenant.name"));
    }

    @Test
    void theLibraryListsWhatLiesInMapsAndListsAndWhatIsHandedOn() {
        assertEquals(
                Set.of(
                        "log.category.\"a.b\".level",
                        "tenant.enabled",
                        "%prod.tenant.name",
                        "quarkus.otel.limit",
                        "provider.*.keys[*].kind"),
                builder.getDefaultValues().keySet());
        assertEquals("rsa", value("provider.x.keys[3].kind"));
        assertEquals("yes", value("tenant.enabled"));
    }

    private String value(String name) {
        return config.getConfigValue(name).getValue();
    }
}
