package ai.plexe.auth.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a browser keeps is opened for its purpose, in its time, and by whoever has the key or is about to. */
class SealTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final String OLD = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String FRESH =
            Base64.getEncoder().encodeToString("another key of thirty-two bytes.".getBytes());

    private static Seal seal(Map<String, String> settings, Duration elapsed) {
        SessionConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(SessionConfig.class)
                .withDefaultValue("quarkus.http.port", "8080")
                .withDefaultValues(settings)
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(SessionConfig.class);
        return new Seal(new MasterKey(config), Clock.fixed(NOW.plus(elapsed), ZoneOffset.UTC));
    }

    private static Seal seal(Map<String, String> settings) {
        return seal(settings, Duration.ZERO);
    }

    private static Map<String, String> only(String key) {
        return Map.of("plexe.master-key", key);
    }

    @Test
    void itOpensForItsPurposeAndInItsTime() {
        String sealed = seal(only(OLD)).close("join", "who it is", LATER);

        assertEquals("who it is", seal(only(OLD)).open("join", sealed));
        assertNull(seal(only(OLD)).open("oauth", sealed));
        assertNull(seal(only(OLD), Duration.ofSeconds(60)).open("join", sealed));
        assertNull(seal(only(FRESH)).open("join", sealed));
        assertNotEquals(sealed, seal(only(OLD)).close("join", "who it is", LATER));
    }

    @Test
    void whatIsTamperedWithOrIsNoneDoesNot() {
        Seal seal = seal(only(OLD));
        String sealed = seal.close("join", "who it is", LATER);

        for (String other : new String[] {
            "",
            "A",
            "AAAA",
            "%%%",
            sealed.substring(4),
            sealed + "AAAA",
            (sealed.charAt(0) == 'A' ? "B" : "A") + sealed.substring(1)
        }) {
            assertNull(seal.open("join", other), other);
        }
        assertNull(seal.open("join", "A".repeat(100_000)));
        assertThrows(IllegalArgumentException.class, () -> seal.close("join", "x".repeat(4000), LATER));
    }

    @Test
    void whileTheKeyIsReplacedEitherKindOpensTheOthers() {
        Seal prepared = seal(Map.of("plexe.master-key", OLD, "plexe.master-key-next", FRESH));
        Seal replaced = seal(Map.of("plexe.master-key", FRESH, "plexe.master-key-previous", OLD));

        assertEquals("one", replaced.open("join", seal(only(OLD)).close("join", "one", LATER)));
        assertEquals("two", replaced.open("join", prepared.close("join", "two", LATER)));
        assertEquals("three", prepared.open("join", replaced.close("join", "three", LATER)));
        assertEquals("four", seal(only(FRESH)).open("join", replaced.close("join", "four", LATER)));
    }
}
