package ai.plexe.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @Test
    void bothDriversGetTheAddressAndTheCredentialsApart() {
        Map<String, String> settings = settings("postgresql://plexe:secret@db.example:6432/auth");

        assertEquals(
                Map.of(
                        "quarkus.datasource.username", "plexe",
                        "quarkus.datasource.password", "secret",
                        "quarkus.datasource.jdbc.url", "jdbc:postgresql://db.example:6432/auth",
                        "quarkus.datasource.reactive.url", "postgresql://db.example:6432/auth"),
                settings);
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://u:p@h/d,          postgresql://h:5432/d",
        "postgresql://u:p@[::1]/d,    postgresql://[::1]:5432/d",
        "postgresql://u:p@[fe80::2]:99/d, postgresql://[fe80::2]:99/d",
        "postgresql://u:p@127.0.0.1:1/d,  postgresql://127.0.0.1:1/d",
    })
    void everySpellingOfAnAddressIsUnderstood(String url, String expected) {
        assertEquals(expected, settings(url).get("quarkus.datasource.reactive.url"));
        assertEquals("jdbc:" + expected, settings(url).get("quarkus.datasource.jdbc.url"));
    }

    @ParameterizedTest
    @CsvSource({
        "us%40er, p%40s%3As%2Fw%23d, us@er, p@s:s/w#d",
        "u, a+b, u, a+b",
        "u, p%25, u, p%",
        "u, a:b, u, a:b",
        "u, %24%7Buser.home%7D%5C$, u, ${user.home}\\$",
    })
    void userAndPasswordReachTheServiceAsTheyAre(
            String writtenUser, String writtenPassword, String user, String password) {
        SmallRyeConfig config = config("postgresql://" + writtenUser + ":" + writtenPassword + "@h/d");

        assertEquals(user, config.getValue("quarkus.datasource.username", String.class));
        assertEquals(password, config.getValue("quarkus.datasource.password", String.class));
    }

    @Test
    void aUserMayHaveNoPassword() {
        assertNull(settings("postgresql://u@h/d").get("quarkus.datasource.password"));
    }

    @Test
    void verifyFullVerifiesTheHostWithBothDrivers() {
        Map<String, String> settings =
                settings("postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=/etc/ca%20one.pem");

        assertEquals(
                "jdbc:postgresql://h:5432/d?sslmode=verify-full&sslrootcert=%2Fetc%2Fca+one.pem",
                settings.get("quarkus.datasource.jdbc.url"));
        assertEquals("verify-full", settings.get("quarkus.datasource.reactive.postgresql.ssl-mode"));
        assertEquals("HTTPS", settings.get("quarkus.datasource.reactive.hostname-verification-algorithm"));
        assertEquals("/etc/ca one.pem", settings.get("quarkus.datasource.reactive.trust-certificate-pem.certs"));
        assertNull(settings.get("quarkus.datasource.reactive.trust-all"));
    }

    @Test
    void requireEncryptsWithoutVerifying() {
        Map<String, String> settings = settings("postgresql://u:p@h/d?sslmode=require");

        assertEquals("jdbc:postgresql://h:5432/d?sslmode=require", settings.get("quarkus.datasource.jdbc.url"));
        assertEquals("require", settings.get("quarkus.datasource.reactive.postgresql.ssl-mode"));
        assertEquals("true", settings.get("quarkus.datasource.reactive.trust-all"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mysql://u:sesame@h/d",
                "postgresql://u:sesame@h",
                "postgresql://u:sesame@h/",
                "postgresql://u:ses#ame@h/d",
                "postgresql://u:sesame%@h/d",
                "postgresql://u:sesame@h/d/e",
                "postgresql://u:sesame@h:port/d",
                "postgresql://u:sesame@h:1,i:2/d",
                "postgresql://u:sesame@h:99999/d",
                "postgresql://:sesame@h/d",
                "postgresql://h/d",
                "postgresql://u:sesame@h/d?password=sesame",
                "postgresql://u:sesame@h/d?sslmode=perhaps",
                "postgresql://u:sesame@h/d#e",
                "postgresql:u:sesame@h/d",
                "u:sesame@h/d",
            })
    void aMalformedUrlIsRefusedWithoutRepeatingIt(String url) {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> DatabaseUrl.parse(url));

        assertTrue(refusal.getMessage().startsWith("PLEXE_DATABASE_URL (plexe.database.url) "), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("ses"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"));
        assertNull(refusal.getCause());
    }

    @Test
    void noUrlHoldsThePassword() {
        settings("postgresql://user:sesame@h/d?sslmode=require")
                .forEach((name, value) -> assertEquals(name.endsWith(".password"), value.contains("sesame"), name));
    }

    /**
     * Quarkus's build writes the values it finds into the package; this test runs outside a built
     * service, too.
     */
    @Test
    void nothingIsTranslatedDuringTheBuild() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of("plexe.database.url", "postgresql://u:p@h/d"), "environment", 300))
                .withSources(new DatabaseUrlConfigSourceFactory())
                .build();

        assertTrue(config.getOptionalValue("quarkus.datasource.password", String.class)
                .isEmpty());
    }

    private static Map<String, String> settings(String url) {
        return DatabaseUrl.parse(url).asQuarkusSettings();
    }

    private static SmallRyeConfig config(String url) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(settings(url), "translation", 275))
                .build();
    }
}
