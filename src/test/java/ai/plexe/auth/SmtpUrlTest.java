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

class SmtpUrlTest {

    @Test
    void theMailerGetsTheAddressAndTheCredentialsApart() {
        assertEquals(
                Map.of(
                        "quarkus.mailer.mock", "false",
                        "quarkus.mailer.host", "mail.example",
                        "quarkus.mailer.port", "2525",
                        "quarkus.mailer.keep-alive", "false",
                        "quarkus.mailer.tls", "true",
                        "quarkus.mailer.start-tls", "DISABLED",
                        "quarkus.mailer.login", "REQUIRED",
                        "quarkus.mailer.username", "plexe",
                        "quarkus.mailer.password", "secret"),
                settings("smtps://plexe:secret@mail.example:2525"));
    }

    @ParameterizedTest
    @CsvSource({
        "smtp://u:p@mail.example,  587,  false, REQUIRED",
        "smtp://127.mail.example,  587,  false, REQUIRED",
        "smtps://u:p@mail.example, 465,  true,  DISABLED",
        "smtps://[2001:db8::1]/,   465,  true,  DISABLED",
        "smtp://localhost:25,      25,   false, OPTIONAL",
        "smtp://127.0.0.1,         587,  false, OPTIONAL",
        "smtp://[::1]:1025,        1025, false, OPTIONAL",
    })
    void onlyThisMachineMayDoWithoutTls(String url, String port, String tls, String startTls) {
        Map<String, String> settings = settings(url);

        assertEquals(port, settings.get("quarkus.mailer.port"));
        assertEquals(tls, settings.get("quarkus.mailer.tls"));
        assertEquals(startTls, settings.get("quarkus.mailer.start-tls"));
        assertEquals(
                startTls.equals("OPTIONAL") ? "true" : null,
                settings.get("quarkus.tls.smtp-on-this-machine.trust-all"));
    }

    @Test
    void withoutAUserNobodySignsIn() {
        Map<String, String> settings = settings("smtp://mail.example");

        assertEquals("DISABLED", settings.get("quarkus.mailer.login"));
        assertNull(settings.get("quarkus.mailer.username"));
    }

    @ParameterizedTest
    @CsvSource({
        "me%40mail, p%40s%3As%2Fw%23d, me@mail, p@s:s/w#d",
        "u, a+b, u, a+b",
        "u, %24%7Buser.home%7D%5C$, u, ${user.home}\\$",
    })
    void userAndPasswordReachTheMailerAsTheyAre(
            String writtenUser, String writtenPassword, String user, String password) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        settings("smtps://" + writtenUser + ":" + writtenPassword + "@h"), "translation", 275))
                .build();

        assertEquals(user, config.getValue("quarkus.mailer.username", String.class));
        assertEquals(password, config.getValue("quarkus.mailer.password", String.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://u:sesame@h",
                "smtp:u:sesame@h",
                "smtp://u:sesame@",
                "smtp://u:sesame@h:99999",
                "smtp://u:sesame@h:port",
                "smtp://u:sesame@h/box",
                "smtp://u:sesame@h?tls=no",
                "smtp://u:ses#ame@h",
                "smtp://u:sesame%@h",
                "smtp://sesame@h",
                "smtp://:sesame@h",
                "smtp://sesame:@h",
            })
    void aMalformedUrlIsRefusedWithoutRepeatingIt(String url) {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> SmtpUrl.parse(url));

        assertTrue(refusal.getMessage().startsWith("PLEXE_SMTP_URL (plexe.smtp.url) "), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("ses"), refusal.getMessage());
        assertNull(refusal.getCause());
    }

    /** Quarkus's build writes the values it finds into the package; this test runs outside a built service, too. */
    @Test
    void nothingIsTranslatedDuringTheBuild() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(Map.of("plexe.smtp.url", "smtp://u:p@h"), "environment", 300))
                .withSources(new SmtpUrlConfigSourceFactory())
                .build();

        assertTrue(
                config.getOptionalValue("quarkus.mailer.password", String.class).isEmpty());
    }

    private static Map<String, String> settings(String url) {
        return SmtpUrl.parse(url).asQuarkusSettings();
    }
}
