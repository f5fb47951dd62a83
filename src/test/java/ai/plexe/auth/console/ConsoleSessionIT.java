package ai.plexe.auth.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Chromium;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Window;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The end of a session, and the proof of identity within it, as a person meets them. */
@Tag("console")
class ConsoleSessionIT {

    private static final String EMAIL = "owner@example.org";
    private static final String PASSWORD = "correct horse battery";

    /** Half of them are before the warning, and half of them a slow machine may need to look at it. */
    private static final int SESSION_SECONDS = 14;

    private static final LocatorAssertions.ContainsTextOptions WITHIN_THE_SESSION =
            new LocatorAssertions.ContainsTextOptions().setTimeout(SESSION_SECONDS * 1000);

    private static Chromium chromium;
    private static LocalServers servers;

    @BeforeAll
    static void start() {
        chromium = Chromium.startOrSkip();
        servers = LocalServers.startFresh();
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    private static Instance instance(String setting, String value) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                servers.redisUrl().toString(),
                "PLEXE_PUBLIC_URL",
                "http://localhost:8080",
                "PLEXE_TRUSTED_PROXIES",
                "127.0.0.1,::1",
                "PLEXE_BOOTSTRAP_EMAIL",
                EMAIL,
                "PLEXE_BOOTSTRAP_PASSWORD",
                PASSWORD));
        environment.put(setting, value);
        return Instance.start(environment);
    }

    @Test
    void theEndIsAnnouncedPutOffAndComesAndLeadsBack() throws Exception {
        try (Instance service = instance("PLEXE_SESSION_IDLE", SESSION_SECONDS + "s");
                Window window = chromium.window().at(service.port());
                Window tab = chromium.window().at(service.port())) {
            window.signIn(EMAIL, PASSWORD).open("/usage?span=week");
            assertThat(window.heading("Usage")).isVisible();

            assertThat(window.dialog()).containsText("Still there?", WITHIN_THE_SESSION);
            assertThat(window.button("Stay signed in")).isFocused();
            window.beAccessible().screenshot("still-there").press("Stay signed in");
            assertThat(window.dialog()).isHidden();

            assertThat(window.dialog()).containsText("Still there?", WITHIN_THE_SESSION);
            window.arriveAt("/sign-in");
            assertThat(window.text("Your session has ended.")).isVisible();
            window.screenshot("session-ended")
                    .fill("E-mail address", EMAIL)
                    .fill("Password", PASSWORD)
                    .press("Sign in")
                    .arriveAt("/usage?span=week");
            assertThat(window.heading("Usage")).isVisible();

            tab.open("/access-logs?time=168&outcome=refused").arriveAt("/sign-in");
            tab.fill("E-mail address", EMAIL)
                    .fill("Password", PASSWORD)
                    .press("Sign in")
                    .arriveAt("/access-logs?time=168&outcome=refused");
            tab.press("Sign out").arriveAt("/sign-in");
            tab.open("/access-logs").arriveAt("/sign-in");
        }
    }

    @Test
    void theLongestLifeIsAnnouncedToo() throws Exception {
        try (Instance service = instance("PLEXE_SESSION_MAX", SESSION_SECONDS + "s");
                Window window = chromium.window().at(service.port())) {
            window.signIn(EMAIL, PASSWORD);
            assertThat(window.dialog()).containsText("Your session ends soon", WITHIN_THE_SESSION);
            window.press("All right").arriveAt("/sign-in");
        }
    }

    @Test
    void aSensitiveStepAsksForAProofAndGoesOnWhereItWas() throws Exception {
        try (Instance service = instance("PLEXE_SESSION_RECENT_PROOF", "2s");
                Window window = chromium.window().at(service.port())) {
            window.signIn(EMAIL, PASSWORD);
            window.page().waitForTimeout(2500);
            window.button("Create New API Key").first().click();
            window.fill("Name", "Kept while asking").press("Create key");
            Locator proof = window.page().locator("plexe-proof dialog");
            assertThat(proof).containsText("Is it you?");
            assertThat(window.field("Password")).isFocused();
            window.screenshot("proof").beAccessible();

            window.page().keyboard().press("Escape");
            assertThat(proof).isHidden();
            assertThat(window.field("Name")).hasValue("Kept while asking");
            window.press("Create key").fill("Password", "not the password").press("Continue");
            assertThat(proof.getByRole(AriaRole.ALERT)).isFocused();
            window.fill("Password", PASSWORD).press("Continue");

            assertTrue(window.field("Key").inputValue().startsWith("plx_sk_"));
            window.press("Done, I have stored it");
            assertThat(window.row("Kept while asking")).isVisible();
        }
    }
}
