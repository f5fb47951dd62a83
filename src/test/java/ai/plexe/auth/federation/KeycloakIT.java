package ai.plexe.auth.federation;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Chromium;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Keycloak;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import ai.plexe.auth.testing.Window;
import com.icegreen.greenmail.util.GreenMail;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A person signs in with a real OpenID provider, in a real browser. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeycloakIT {

    private static final String OWNER = "owner@example.org";
    private static final String OWNERS_PASSWORD = "correct horse battery";
    private static final String NEW = Visitor.newEmail();
    private static final String SQUATTED = Visitor.newEmail();
    private static final String UNVERIFIED = Visitor.newEmail();
    private static final String SENSITIVE = Visitor.newEmail();
    private static final String LATE = Visitor.newEmail();

    private static Chromium chromium;
    private static Keycloak keycloak;
    private static LocalServers servers;
    private static GreenMail mailServer;
    private static Instance service;

    /** The service is there before the provider is. */
    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.startOrSkip();
        keycloak = Keycloak.findOrSkip()
                .with(OWNER, true)
                .with(NEW, true)
                .with(SQUATTED, true)
                .with(UNVERIFIED, false)
                .with(SENSITIVE, true)
                .with(LATE, true);
        servers = LocalServers.startFresh();
        mailServer = SmtpServer.startOn(Instance.freePort());
        service = instance(Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
            mailServer.stop();
            servers.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    private static Instance instance(Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL",
                servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL",
                servers.redisUrl().toString(),
                "PLEXE_TRUSTED_PROXIES",
                "127.0.0.1,::1",
                "PLEXE_SMTP_URL",
                SmtpServer.url(mailServer),
                "PLEXE_BOOTSTRAP_EMAIL",
                OWNER,
                "PLEXE_BOOTSTRAP_PASSWORD",
                OWNERS_PASSWORD));
        environment.putAll(settings);
        environment.put("PLEXE_OIDC_ISSUER", keycloak.issuer());
        environment.put("PLEXE_OIDC_CLIENT_ID", Keycloak.CLIENT);
        environment.put("PLEXE_OIDC_CLIENT_SECRET", keycloak.secret());
        environment.put("PLEXE_OIDC_NAME", "Keycloak");
        return Instance.start(environment);
    }

    private static Window window() {
        return chromium.window().at(service.port());
    }

    private static void signInAtKeycloak(Page page, String email) {
        page.getByLabel("Username or email").fill(email);
        page.locator("input[name=password]").fill(Keycloak.PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign In"))
                .click();
    }

    private static void comeBy(Window window, String email) {
        window.open("/sign-in").follow("Continue with Keycloak");
        signInAtKeycloak(window.page(), email);
    }

    @Test
    @Order(1)
    void aProviderThatIsDownKeepsNobodyFromAnotherWayIn() throws Exception {
        try (Window window = window()) {
            window.open("/sign-in").follow("Continue with Keycloak").arriveAt("/sign-in?error=temporarily_unavailable");
            assertThat(window.text("Keycloak can’t be reached just now.")).isVisible();
            window.beAccessible().screenshot("provider-down");
            window.fill("E-mail address", OWNER)
                    .fill("Password", OWNERS_PASSWORD)
                    .press("Sign in")
                    .arriveAt("/settings/api-keys");
        }
        keycloak.start();
    }

    @Test
    @Order(2)
    void fromTheButtonToTheConsole() {
        try (Window window = window()) {
            window.open("/usage?span=week").arriveAt("/sign-in");
            assertThat(window.page()
                            .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Continue with Keycloak")))
                    .isVisible();
            window.screenshot("sign-in-with-provider").beAccessible().follow("Continue with Keycloak");
            signInAtKeycloak(window.page(), NEW);
            window.arriveAt("/usage?span=week");

            window.open("/settings/security");
            assertThat(window.text("You have none, and sign in with a provider."))
                    .isVisible();
            window.screenshot("security-with-provider").beAccessible();
            window.press("Disconnect Keycloak");
            assertThat(window.text("It is the only way in that you have.")).isVisible();
            window.press("Sign out").arriveAt("/sign-in");
            window.open("/settings/security").arriveAt("/sign-in");
        }
    }

    @Test
    @Order(3)
    void anAccountIsProvedBeforeAProviderLeadsToIt() {
        try (Window window = window()) {
            comeBy(window, OWNER);
            window.arriveAt("/join");
            assertThat(window.heading("You have an account")).isVisible();
            assertThat(window.text(OWNER).first()).isVisible();
            window.screenshot("join").beAccessible();
            window.fill("Password", "not the password").press("Connect Keycloak and sign in");
            assertThat(window.page().getByRole(AriaRole.ALERT)).isFocused();
            window.fill("Password", OWNERS_PASSWORD)
                    .press("Connect Keycloak and sign in")
                    .arriveAt("/settings/api-keys");
        }
        try (Window later = window()) {
            comeBy(later, OWNER);
            later.arriveAt("/settings/api-keys").open("/settings/security").press("Disconnect Keycloak");
            assertThat(later.text("Keycloak is disconnected.")).isVisible();
            later.press("Connect Keycloak");
            later.arriveAt("/settings/security");
            assertThat(later.text("Keycloak is connected.")).isVisible();
            assertThat(later.button("Disconnect Keycloak")).isVisible();
            later.screenshot("security-connected");
        }
    }

    @Test
    @Order(4)
    void aMailedLinkProvesTheAccountToo() {
        Visitor.somewhere().at(service.port()).signUp(SQUATTED).then().statusCode(202);
        try (Window window = window()) {
            comeBy(window, SQUATTED);
            window.arriveAt("/join").press("Mail me a link instead");
            assertThat(window.text("A link is on its way to")).isVisible();
            SmtpServer.Mail mail = SmtpServer.awaitNth(mailServer, SQUATTED, "Sign in with Keycloak", 1);
            window.open("/join#token=" + mail.token());
            assertThat(window.heading("Connect Keycloak")).isVisible();
            window.screenshot("join-by-link").beAccessible();
            window.press("Yes, connect Keycloak").arriveAt("/settings/api-keys");
        }
    }

    @Test
    @Order(5)
    void anUnverifiedAddressLeadsBackWithASentence() {
        try (Window window = window()) {
            comeBy(window, UNVERIFIED);
            window.arriveAt("/sign-in?error=email_not_verified");
            assertThat(window.text("Keycloak has no verified e-mail address of yours."))
                    .isVisible();
        }
    }

    @Test
    @Order(6)
    void aSensitiveStepIsProvedAtTheProviderAndGoesOnWhereItWas() throws Exception {
        try (Instance strict = instance(Map.of("PLEXE_SESSION_RECENT_PROOF", "3s"));
                Window window = chromium.window().at(strict.port())) {
            comeBy(window, SENSITIVE);
            window.arriveAt("/settings/api-keys");
            window.page().waitForTimeout(3500);
            window.button("Create New API Key").first().click();
            window.fill("Name", "Kept while asking").press("Create key");
            Locator proof = window.page().locator("plexe-proof dialog");
            assertThat(proof).containsText("Is it you?");
            assertThat(window.field("Password")).isHidden();
            assertThat(window.button("Continue with Keycloak")).isFocused();
            window.screenshot("proof-with-provider").beAccessible();

            Page popup = window.page().waitForPopup(() -> window.press("Continue with Keycloak"));
            popup.locator("input[name=password]").fill(Keycloak.PASSWORD);
            popup.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign In"))
                    .click();

            assertThat(window.field("Key")).isVisible();
            assertTrue(window.field("Key").inputValue().startsWith("plx_sk_"));
        }
    }

    @Test
    @Order(7)
    void whereNobodyCanSignUpAProviderMakesNoAccountEither() throws Exception {
        try (Instance closed = instance(Map.of("PLEXE_SIGN_UP", "closed"));
                Window window = chromium.window().at(closed.port())) {
            comeBy(window, LATE);
            window.arriveAt("/sign-in?error=insufficient_permissions");
            assertThat(window.text("Nobody can sign up here.")).isVisible();
        }
        try (Window open = window()) {
            comeBy(open, LATE);
            open.arriveAt("/settings/api-keys");
        }
    }

    @Test
    @Order(8)
    void narrowAndDarkItStillFits() {
        try (Window narrow = chromium.window(new Browser.NewContextOptions().setViewportSize(360, 740))
                .at(service.port())) {
            narrow.open("/sign-in");
            assertThat(narrow.text("Continue with Keycloak")).isVisible();
            narrow.fitItsWidth().screenshot("sign-in-with-provider-narrow");
        }
    }

    @Test
    @Order(9)
    void noSecretIsInTheLog() {
        String log = service.log();
        assertFalse(log.contains(keycloak.secret()), "the client's secret");
        assertFalse(log.contains("eyJ"), "a token");
        assertFalse(log.contains("code="), "a code");
    }
}
