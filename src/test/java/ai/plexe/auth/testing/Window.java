package ai.plexe.auth.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A browser's window with the console in it, of somebody at an address of their own. Whatever the browser complains of (a
 * script that failed, a violation of the Content-Security-Policy, an answer that is no ordinary refusal), and every dialog that
 * a script opens, is trouble: closing the window fails then.
 */
public final class Window implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Pattern REFUSAL = Pattern.compile("Failed to load resource.* (400|401|403|409|429) .*");
    private static final List<String> WCAG =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private final BrowserContext context;
    private final Page page;
    private final List<String> troubles = new ArrayList<>();
    private String base = "http://localhost:" + RestAssured.port;

    Window(BrowserContext context) {
        this.context = context;
        context.setExtraHTTPHeaders(
                Map.of("X-Forwarded-For", Visitor.somewhere().address()));
        context.setDefaultTimeout(10_000);
        this.page = context.newPage();
        page.onConsoleMessage(message -> {
            boolean loud = message.type().equals("error") || message.type().equals("warning");
            if (loud && !REFUSAL.matcher(message.text()).matches()) {
                troubles.add(message.type() + ": " + message.text());
            }
        });
        page.onPageError(error -> troubles.add("script: " + error));
        page.onDialog(this::opened);
    }

    private void opened(Dialog dialog) {
        troubles.add("dialog: " + dialog.message());
        dialog.dismiss();
    }

    /** Looks at another instance than the one that the test framework started. */
    public Window at(int port) {
        base = "http://localhost:" + port;
        return this;
    }

    public Page page() {
        return page;
    }

    public Window open(String path) {
        page.navigate(base + path);
        return this;
    }

    public Window fill(String label, String value) {
        field(label).fill(value);
        return this;
    }

    public Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    public Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    public Locator heading(String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    public Locator row(String text) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    public Locator dialog() {
        return page.locator("dialog[open]");
    }

    public Locator text(String text) {
        return page.getByText(text);
    }

    public Window press(String button) {
        button(button).click();
        return this;
    }

    public Window follow(String link) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
                .click();
        return this;
    }

    /** Waits until the path is this. */
    public Window arriveAt(String path) {
        page.waitForURL(url -> url.startsWith(base + path));
        return this;
    }

    public Window signIn(String email, String password) {
        open("/sign-in");
        fill("E-mail address", email);
        fill("Password", password);
        press("Sign in");
        return arriveAt("/settings/api-keys");
    }

    public Window screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        return this;
    }

    /** As when they expire. */
    public Window loseCookies() {
        context.clearCookies();
        return this;
    }

    /** Fails if axe-core finds anything against WCAG 2.2 AA, or against its own good practice. */
    public Window beAccessible() {
        List<String> found = new AxeBuilder(page)
                .withTags(WCAG).analyze().getViolations().stream()
                        .map(rule -> rule.getId() + ": " + rule.getHelp() + " "
                                + rule.getNodes().stream()
                                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                                        .toList())
                        .toList();
        assertEquals(List.of(), found);
        return this;
    }

    /** Fails if one has to scroll sideways. */
    public Window fitItsWidth() {
        assertEquals(true, page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url());
        return this;
    }

    public List<String> troubles() {
        return troubles;
    }

    @Override
    public void close() {
        context.close();
        assertEquals(List.of(), troubles);
    }
}
