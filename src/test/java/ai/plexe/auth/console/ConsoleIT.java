package ai.plexe.auth.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Chromium;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import ai.plexe.auth.testing.Window;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console as a person uses it, in a real browser. */
@QuarkusIntegrationTest
@Tag("console")
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class ConsoleIT {

    private static final String ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    private static final String[] PAGES = {
        "/settings/api-keys", "/access-logs", "/usage", "/settings/security", "/settings/account"
    };

    private static Chromium chromium;

    private final String email = Visitor.newEmail();

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.startOrSkip();
    }

    @AfterAll
    static void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    private Window signedIn() {
        return signedIn(chromium.window());
    }

    private Window signedIn(Window window) {
        Visitor.somewhere().withAccount(email);
        return window.signIn(email, Visitor.PASSWORD);
    }

    private static Window narrow() {
        return chromium.window(new Browser.NewContextOptions().setViewportSize(360, 740));
    }

    private static Window dark() {
        return chromium.window(
                new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK).setViewportSize(1280, 900));
    }

    /** Makes a key in the console and gives its secret. */
    private static String makeKey(Window window, String name) {
        window.page()
                .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Create New API Key"))
                .first()
                .click();
        window.fill("Name", name).press("Create key");
        String secret = window.field("Key").inputValue();
        assertTrue(secret.matches("plx_sk_[0-9A-Za-z]{49}"), "the key is shown");
        return secret;
    }

    private static String makeAndStoreKey(Window window, String name) {
        String secret = makeKey(window, name);
        window.press("Done, I have stored it");
        assertThat(window.row(name)).isVisible();
        return secret;
    }

    private static Api with(String secret) {
        return new Api(0, secret);
    }

    /** Entries come a moment after what they tell of. */
    private static void awaitInLog(Window window, String event) {
        Awaitility.await().until(() -> {
            window.press("Refresh");
            assertThat(window.page().locator(".loading")).isHidden();
            return window.row(event).count() > 0;
        });
    }

    @Test
    void fromSigningUpToTheFirstSuccessfulRequest() {
        try (Window window = chromium.window()) {
            window.open("/").arriveAt("/sign-in").screenshot("sign-in").beAccessible();
            window.follow("Create an account").screenshot("sign-up").beAccessible();
            window.fill("Your name", "Ada Lovelace")
                    .fill("E-mail address", email)
                    .fill("Password", Visitor.PASSWORD)
                    .press("Create account");
            assertThat(window.heading("Check your mail")).isFocused();
            assertThat(window.text(email)).isVisible();
            window.screenshot("sign-up-mail").beAccessible();

            SmtpServer.Mail mail = SmtpServer.await(email, "Confirm your e-mail address");
            window.open("/verify-email#token=" + mail.token());
            assertEquals("", window.page().evaluate("location.hash"), "the token leaves the address");
            window.screenshot("verify-email").beAccessible();
            window.press("Yes, confirm my address");
            assertThat(window.heading("Your address is confirmed")).isFocused();
            window.follow("Sign in").arriveAt("/sign-in");
            window.fill("E-mail address", email)
                    .fill("Password", Visitor.PASSWORD)
                    .press("Sign in");
            window.arriveAt("/settings/api-keys");
            assertThat(window.heading("Make your first key")).isVisible();
            window.screenshot("first-key").beAccessible();

            String secret = makeKey(window, "Nightly build");
            assertThat(window.text("Copy it now: you won’t see it again.")).isVisible();
            assertThat(window.dialog().locator("pre")).containsText("curl -H \"x-api-key: " + secret + "\"");
            window.page()
                    .getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Python"))
                    .click();
            assertThat(window.dialog().locator("pre")).containsText("key = \"" + secret + "\"");
            assertThat(window.text("Waiting for its first request…")).isVisible();
            window.screenshot("new-key").beAccessible();
            with(secret).models().then().statusCode(200);
            assertThat(window.text("It works.")).isVisible();
            assertThat(window.dialog()).containsText("GET /models");
            window.screenshot("first-request").press("Done, I have stored it");

            assertThat(window.row("Nightly build")).containsText("Read only");
            assertTrue(!window.page().content().contains(secret), "the secret is gone from the page");
        }
    }

    @Test
    void whatIsWrongStandsBesideTheField() {
        Visitor.somewhere().withAccount(email);
        try (Window window = chromium.window()) {
            window.open("/sign-in").press("Sign in");
            assertThat(window.field("E-mail address")).isFocused();
            assertThat(window.text("Enter your e-mail address.")).isVisible();
            window.fill("E-mail address", email).press("Sign in");
            assertThat(window.field("Password")).isFocused();
            window.fill("Password", "not the password").press("Sign in");
            assertThat(window.page().getByRole(AriaRole.ALERT)).isFocused();
            assertThat(window.field("E-mail address")).hasValue(email);
            window.screenshot("sign-in-wrong").beAccessible();

            window.open("/sign-up")
                    .fill("Your name", "Ada")
                    .fill("E-mail address", "ada")
                    .fill("Password", "short")
                    .press("Create account");
            assertThat(window.field("E-mail address")).isFocused();
            assertThat(window.field("E-mail address")).hasAttribute("aria-invalid", "true");
            window.fill("E-mail address", Visitor.newEmail()).press("Create account");
            assertThat(window.field("Password")).isFocused();
            assertThat(window.page().locator("#password-wrong")).containsText("12");
            window.screenshot("sign-up-wrong").beAccessible();
        }
    }

    @Test
    void aForgottenPasswordIsSetAnew() {
        Visitor.somewhere().withAccount(email);
        try (Window window = chromium.window()) {
            window.open("/sign-in").follow("Forgot your password?").arriveAt("/forgot-password");
            window.fill("E-mail address", email)
                    .screenshot("forgot-password")
                    .beAccessible()
                    .press("Send me a link");
            assertThat(window.heading("Check your mail")).isFocused();
            String token = SmtpServer.await(email, "Set a new password").token();

            window.open("/reset-password#token=" + token)
                    .fill("New password", "kurz")
                    .press("Set this password");
            assertThat(window.field("New password")).isFocused();
            window.fill("New password", "nine purple kettles whistle")
                    .screenshot("reset-password")
                    .beAccessible();
            window.press("Set this password").arriveAt("/settings/api-keys");
            assertThat(window.heading("API keys")).isVisible();

            window.open("/reset-password#token=" + token);
            window.fill("New password", "nine purple kettles whistle").press("Set this password");
            assertThat(window.page().getByRole(AriaRole.ALERT)).containsText("This link works no more");
            window.open("/reset-password");
            assertThat(window.page().getByRole(AriaRole.ALERT)).containsText("This link is not whole");
        }
    }

    @Test
    void keysAreFoundChangedRotatedAndRevoked() {
        try (Window window = signedIn()) {
            makeAndStoreKey(window, "Nightly build");
            String secret = makeAndStoreKey(window, "Web shop");
            with(secret).models().then().statusCode(200);

            window.fill("Search", "shop");
            assertThat(window.row("Web shop")).isVisible();
            assertThat(window.row("Nightly build")).isHidden();
            window.fill("Search", "");
            window.press("Name");
            assertThat(window.page().locator("tbody tr").first()).containsText("Nightly build");
            window.press("Name");
            assertThat(window.page().locator("tbody tr").first()).containsText("Web shop");

            window.press("Edit Web shop").fill("Name", "Web shop, Paris");
            window.dialog().getByText("Read and write").click();
            window.text("Limit and addresses").click();
            window.fill("Addresses it may be used from (optional)", "not an address")
                    .press("Save");
            assertThat(window.page().locator("#allowed_ips")).isFocused();
            window.screenshot("edit-key-wrong").beAccessible();
            window.fill("Addresses it may be used from (optional)", "127.0.0.0/8\n::1")
                    .fill("Requests (optional)", "500")
                    .press("Save");
            assertThat(window.row("Web shop, Paris")).containsText("Read and write");

            window.press("Rotate Web shop, Paris")
                    .screenshot("rotate-key")
                    .beAccessible()
                    .press("Rotate");
            String next = window.field("Key").inputValue();
            assertThat(window.dialog()).containsText("The old secret works for another");
            window.screenshot("rotated-key").press("Done, I have stored it");
            assertThat(window.row("Web shop, Paris"))
                    .containsText(Pattern.compile("old secret works for 2[34]:\\d\\d:\\d\\d"));
            with(next).models().then().statusCode(200);
            with(secret).models().then().statusCode(200);

            window.press("Revoke Web shop, Paris");
            assertThat(window.dialog()).containsText("It was last used");
            assertThat(window.dialog()).containsText("in the last hour or two");
            window.screenshot("revoke-key").beAccessible().press("Revoke key");
            assertThat(window.row("Web shop, Paris")).isHidden();
            with(next).models().then().statusCode(401);
            window.page().getByLabel("Status").selectOption("revoked");
            assertThat(window.row("Web shop, Paris")).containsText("Revoked");
            window.screenshot("keys");
            assertThat(window.page()).hasURL(Pattern.compile("status=revoked"));
        }
    }

    @Test
    void whatHappenedIsFilteredFollowedShownAndExported() throws Exception {
        try (Window window = signedIn()) {
            String secret = makeAndStoreKey(window, "Logged");
            window.follow("Access logs");
            awaitInLog(window, "key.create");
            window.press("Follow live");
            assertThat(window.button("Follow live")).hasAttribute("aria-pressed", "true");
            with(secret)
                    .request()
                    .header("User-Agent", "nightly/1.0")
                    .get("/models")
                    .then()
                    .statusCode(200);
            Locator use = window.row("key.use").first();
            assertThat(use).containsText("Logged");
            window.screenshot("log-live").beAccessible();
            window.press("Follow live");

            use.click();
            assertThat(window.dialog()).containsText("nightly/1.0");
            assertThat(window.dialog()).containsText("GET /models");
            window.screenshot("log-details").beAccessible().page().keyboard().press("Escape");
            assertThat(window.dialog()).isHidden();

            window.page().getByLabel("Event").selectOption("login");
            assertThat(window.row("key.use")).isHidden();
            assertThat(window.row("login")).hasCount(2);
            window.fill("Address", "nowhere").page().keyboard().press("Enter");
            assertThat(window.page().locator("#ip-wrong")).isVisible();
            window.screenshot("log-wrong")
                    .fill("Address", "192.0.2.0/24")
                    .page()
                    .keyboard()
                    .press("Enter");
            assertThat(window.heading("Nothing here")).isVisible();
            window.screenshot("log-empty").fill("Address", "").page().keyboard().press("Enter");
            assertThat(window.row("login")).hasCount(2);

            window.page().getByLabel("Time").selectOption("all");
            window.page().reload();
            assertThat(window.row("login")).hasCount(2);
            window.page().getByLabel("Time").selectOption("between");
            window.field("From").fill("2020-01-01T00:00");
            window.field("To").fill("2020-01-02T00:00");
            assertThat(window.heading("Nothing here")).isVisible();
            window.open("/access-logs?event=login&time=nonsense&from=nonsense");
            assertThat(window.row("login")).hasCount(2);

            Download csv = window.page().waitForDownload(() -> window.press("Export CSV"));
            assertEquals("access-log.csv", csv.suggestedFilename());
            List<String> lines = Files.readAllLines(csv.path());
            assertTrue(lines.get(0).startsWith("log_id,")
                    && lines.size() == 3
                    && lines.get(1).contains("login"));
        }
    }

    @Test
    void usageIsChartedByOutcomeAndKey() {
        try (Window window = signedIn()) {
            String secret = makeAndStoreKey(window, "Counted");
            window.follow("Usage");
            assertThat(window.heading("No use yet")).isVisible();
            window.screenshot("usage-empty");
            for (int i = 0; i < 5; i++) {
                with(secret).models().then().statusCode(200);
            }
            with(secret)
                    .request()
                    .body("{\"name\": \"x\"}")
                    .post("/models")
                    .then()
                    .statusCode(403);
            Awaitility.await().until(() -> {
                window.page().reload();
                window.page().waitForTimeout(700);
                return window.page().locator(".tile").count() > 0
                        && window.page().locator(".tile").first().innerText().contains("6");
            });
            assertThat(window.page().locator("canvas").first())
                    .hasAttribute("aria-label", "By outcome: ok 5, insufficient_permissions 1");
            window.text("As a table").first().click();
            assertThat(window.page().locator("tfoot").first()).containsText("5");
            assertThat(window.page().locator("table.limits")).containsText("1,000 per minute");
            window.screenshot("usage").beAccessible();
            window.page().getByLabel("Time").selectOption("day");
            assertThat(window.page().locator("tfoot").first()).containsText("5");
        }
    }

    @Test
    void devicesAreSignedOutAndThePasswordChanged() {
        try (Window window = signedIn();
                Window other = chromium.window()) {
            other.signIn(email, Visitor.PASSWORD);
            window.follow("Security");
            assertThat(window.text("This device")).isVisible();
            window.screenshot("security").beAccessible();
            window.page()
                    .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out Chrome"))
                    .first()
                    .click();
            assertThat(window.page()
                            .getByRole(AriaRole.STATUS)
                            .filter(new Locator.FilterOptions().setHasText("is signed out")))
                    .isVisible();
            other.follow("Usage").arriveAt("/sign-in");

            window.fill("Present password", "not it at all")
                    .fill("New password", "nine purple kettles whistle")
                    .fill("New password again", "nine purple kettles")
                    .press("Change password");
            assertThat(window.field("New password again")).isFocused();
            window.fill("New password again", "nine purple kettles whistle").press("Change password");
            assertThat(window.page().getByRole(AriaRole.ALERT)).isFocused();
            window.fill("Present password", Visitor.PASSWORD).press("Change password");
            assertThat(window.text("Your password is changed.")).isVisible();
            other.signIn(email, "nine purple kettles whistle");
        }
    }

    @Test
    void theAccountIsRenamedMovedAndDeleted() {
        try (Window window = signedIn()) {
            window.follow("Account")
                    .fill("Account", "Analytical Engines")
                    .fill("Your name", "Ada L.")
                    .press("Save");
            assertThat(window.text("Saved.")).isVisible();
            assertThat(window.page().locator("header")).containsText("Analytical Engines");
            window.screenshot("account").beAccessible();

            String next = Visitor.newEmail();
            window.fill("New address", "nobody").press("Send me the link");
            assertThat(window.field("New address")).isFocused();
            window.fill("New address", next).press("Send me the link");
            assertThat(window.text("A link is on its way to " + next)).isVisible();
            String token =
                    SmtpServer.await(next, "Confirm your new e-mail address").token();
            window.open("/change-email#token=" + token).press("Yes, use this address");
            assertThat(window.heading("Your address is changed")).isFocused();
            window.signIn(next, Visitor.PASSWORD);

            window.follow("Account").press("Delete the account…");
            window.fill("Type Analytical Engines to go on", "Engines")
                    .screenshot("delete-account")
                    .beAccessible();
            window.press("Delete for good");
            assertThat(window.page().locator("#confirm")).isFocused();
            window.fill("Type Analytical Engines to go on", "Analytical Engines")
                    .press("Delete for good");
            window.arriveAt("/sign-in");
            window.fill("E-mail address", next)
                    .fill("Password", Visitor.PASSWORD)
                    .press("Sign in");
            assertThat(window.page().getByRole(AriaRole.ALERT)).isVisible();
        }
    }

    @Test
    void everythingIsDoneByKeyboard() {
        Visitor.somewhere().withAccount(email);
        try (Window window = chromium.window()) {
            window.open("/sign-in");
            assertThat(window.heading("Sign in")).isFocused();
            tabTo(window, window.field("E-mail address"));
            window.page().keyboard().type(email);
            tabTo(window, window.field("Password"));
            window.page().keyboard().type(Visitor.PASSWORD);
            window.page().keyboard().press("Enter");
            window.arriveAt("/settings/api-keys");

            tabTo(window, window.button("Create New API Key"));
            window.page().keyboard().press("Enter");
            assertThat(window.field("Name")).isFocused();
            window.page().keyboard().type("By keyboard");
            window.page().keyboard().press("Tab");
            window.page().keyboard().press("ArrowDown");
            window.page().keyboard().press("Enter");
            assertThat(window.field("Key")).isFocused();
            window.page().keyboard().press("Escape");
            window.page().keyboard().press("Escape");
            assertThat(window.dialog()).isVisible();
            tabTo(window, window.page().getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("curl")));
            window.page().keyboard().press("ArrowRight");
            assertThat(window.page().getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Python")))
                    .isFocused();
            tabTo(window, window.button("Done, I have stored it"));
            window.page().keyboard().press("Enter");
            assertThat(window.row("By keyboard")).containsText("Read and write");

            tabTo(window, window.button("Revoke By keyboard"));
            window.page().keyboard().press("Enter");
            assertThat(window.button("Keep it")).isFocused();
            window.page().keyboard().press("Escape");
            assertThat(window.dialog()).isHidden();
            assertThat(window.button("Revoke By keyboard")).isFocused();

            window.page().reload();
            assertThat(window.heading("API keys")).isVisible();
            window.page().keyboard().press("Tab");
            Locator skip = window.page().getByText("Skip to the content");
            tabTo(window, skip);
            window.page().keyboard().press("Enter");
            assertThat(window.page().locator("#content")).isFocused();
            tabTo(window, window.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Access logs")));
            window.page().keyboard().press("Enter");
            window.arriveAt("/access-logs");
            assertThat(window.heading("Access logs")).isFocused();
        }
    }

    /** Presses Tab until the focus is there. */
    private static void tabTo(Window window, Locator target) {
        for (int i = 0; i < 60; i++) {
            if (Boolean.TRUE.equals(target.evaluate("element => element === document.activeElement"))) {
                return;
            }
            window.page().keyboard().press("Tab");
        }
        assertThat(target).isFocused();
    }

    @Test
    void aTelephoneIsWideEnough() {
        Visitor.somewhere().withAccount(email);
        try (Window window = narrow()) {
            window.open("/sign-in").fitItsWidth().screenshot("narrow-sign-in");
            window.open("/sign-up").fitItsWidth().screenshot("narrow-sign-up");
            window.signIn(email, Visitor.PASSWORD).fitItsWidth().screenshot("narrow-first-key");
            String secret =
                    makeKey(window, "A key with a rather long name, for all that it does in Paris and in London");
            window.fitItsWidth().screenshot("narrow-new-key").press("Done, I have stored it");
            with(secret).models();
            window.press("Edit A key with a rather long name, for all that it does in Paris and in London");
            window.text("Limit and addresses").click();
            window.fitItsWidth().screenshot("narrow-edit-key").press("Cancel");
            for (String page : PAGES) {
                window.open(page);
                window.page().waitForTimeout(800);
                window.fitItsWidth().beAccessible().screenshot("narrow" + page.replace('/', '-'));
            }
        }
    }

    @Test
    void darkIsForDarkRooms() {
        try (Window window = signedIn(dark())) {
            String secret = makeKey(window, "By night");
            window.beAccessible().screenshot("dark-new-key").press("Done, I have stored it");
            with(secret).models();
            window.press("Create New API Key")
                    .beAccessible()
                    .screenshot("dark-create-key")
                    .press("Cancel");
            for (String page : PAGES) {
                window.open(page);
                window.page().waitForTimeout(800);
                window.beAccessible().screenshot("dark" + page.replace('/', '-'));
            }
        }
    }

    @Test
    void textStaysTextWhoeverWroteIt() {
        try (Window window = signedIn()) {
            String secret = makeAndStoreKey(window, ATTACK);
            with(secret)
                    .request()
                    .header("User-Agent", ATTACK)
                    .header("X-Forwarded-Method", "<b>GET</b>")
                    .header("X-Forwarded-Uri", "/" + ATTACK)
                    .get("/auth/verify?level=read_only")
                    .then()
                    .statusCode(200);
            assertThat(window.page().locator(".keys .name").first()).hasText(ATTACK);
            window.press("Revoke " + ATTACK);
            assertThat(window.dialog().locator("h2")).containsText(ATTACK);
            window.press("Keep it").follow("Access logs");
            awaitInLog(window, "key.use");
            assertThat(window.row("key.use")).containsText("<b>GET</b> /" + ATTACK);
            window.row("key.use").click();
            assertThat(window.dialog()).containsText(ATTACK);
            window.screenshot("attack").press("Close");
            window.follow("Usage");
            assertThat(window.page().locator("canvas").first()).isVisible();
            window.follow("Account")
                    .fill("Account", ATTACK)
                    .fill("Your name", ATTACK)
                    .press("Save");
            assertThat(window.page().locator("header .who")).containsText(ATTACK);
            window.press("Delete the account…");
            assertThat(window.dialog()).containsText(ATTACK);
            assertEquals(0, window.page().locator("img[src=x]").count());
            window.open("/sign-in?next=//evil.example/&ended=" + ATTACK);
            window.open("/access-logs?key_id=" + ATTACK + "&ip=" + ATTACK);
            assertThat(window.page().locator(".filters .wrong").first()).isVisible();
        }
    }

    @Test
    void whatThePolicyForbidsIsNoticed() {
        Window window = chromium.window().open("/sign-in");
        window.page()
                .evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: 'a{}'}))");
        assertTrue(window.troubles().stream().anyMatch(trouble -> trouble.contains("Content Security Policy")));
        window.troubles().clear();
        window.close();
    }

    @Test
    void nobodyIsLedElsewhereAfterSigningIn() {
        Visitor.somewhere().withAccount(email);
        for (String next : List.of(
                "//evil.example/", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)", "/q/health")) {
            try (Window window = chromium.window()) {
                window.open("/sign-in?next=" + next);
                window.fill("E-mail address", email)
                        .fill("Password", Visitor.PASSWORD)
                        .press("Sign in");
                window.arriveAt("/settings/api-keys");
            }
        }
    }

    @Test
    void aSessionThatEndsUnderAnOpenDialogLeadsToTheSignIn() {
        try (Window window = signedIn()) {
            makeAndStoreKey(window, "Kept");
            window.press("Create New API Key")
                    .fill("Name", "Too late")
                    .loseCookies()
                    .press("Create key");
            window.arriveAt("/sign-in");
            assertThat(window.dialog()).isHidden();
            assertThat(window.text("Your session has ended.")).isVisible();
            window.page().goBack();
            window.arriveAt("/sign-in");
            assertThat(window.text("Kept")).isHidden();
        }
    }

    @Test
    void aThousandKeysAreSearched() throws Exception {
        try (Window window = signedIn();
                Connection database = Backends.database();
                PreparedStatement insert = database.prepareStatement("""
                        INSERT INTO api_key (id, account_id, name, permission_level, digest, preview, created_at)
                        SELECT 'key_01' || lpad(n::text, 24, '0'), account_id, 'Key number ' || n, 'read_only',
                               left(md5(id || n) || md5(n || id), 43), 'plx_sk_0000…0000', now() - n * interval '1 minute'
                          FROM account_user, generate_series(1, 1000) n WHERE email = ?
                        """)) {
            insert.setString(1, email);
            insert.executeUpdate();
            window.page().reload();
            assertThat(window.page().locator(".count")).hasText("1,000 keys");
            assertEquals(50, window.page().locator("tbody tr").count());
            window.screenshot("thousand-keys").fill("Search", "number 777");
            assertThat(window.page().locator("tbody tr")).hasCount(1);
            window.fill("Search", "").press("Show more of 1,000 keys");
            assertThat(window.page().locator("tbody tr")).hasCount(250);
            window.fill("Search", "no such key");
            assertThat(window.heading("No key like this")).isVisible();
            window.screenshot("no-such-key");
            delete(database);
        }
    }

    private void delete(Connection database) throws Exception {
        try (PreparedStatement delete = database.prepareStatement(
                "DELETE FROM api_key WHERE account_id = (SELECT account_id FROM account_user WHERE email = ?)")) {
            delete.setString(1, email);
            delete.executeUpdate();
        }
    }

    @Test
    void whatCanNotBeHadIsSaidAndTriedAgain() {
        try (Window window = signedIn()) {
            makeAndStoreKey(window, "Kept");
            for (String[] broken : new String[][] {
                {"/settings/api-keys", "**/auth/api-keys?*", "keys"},
                {"/access-logs", "**/auth/access-logs?*", "log"},
                {"/usage", "**/auth/usage?*", "usage"},
                {"/settings/security", "**/auth/sessions?*", "security"}
            }) {
                window.page().route(broken[1], Route::abort);
                window.open(broken[0]);
                assertThat(window.page().locator(".loading, [role=alert]").first())
                        .isVisible();
                assertThat(window.page().getByRole(AriaRole.ALERT)).containsText("can’t be reached");
                window.screenshot("unreachable-" + broken[2]);
                window.page().unroute(broken[1]);
                window.press("Try again");
                assertThat(window.page().getByRole(AriaRole.ALERT)).isHidden();
            }
            window.troubles().removeIf(trouble -> trouble.contains("net::ERR_FAILED"));
        }
    }
}
