package ai.plexe.auth.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real browser, where the machine has one; {@code CHROMIUM} says where if it is in no common place. For one thread. */
public final class Chromium implements AutoCloseable {

    private static final List<String> PLACES = List.of(
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path executable) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    /** Starts the browser; where there is none, the tests that asked for it are skipped. */
    public static Chromium startOrSkip() {
        Optional<Path> executable = Stream.concat(Stream.ofNullable(System.getenv("CHROMIUM")), PLACES.stream())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        if (executable.isEmpty()) {
            System.err.println("SKIPPED: no Chromium on this machine, so the console is not tested in a browser."
                    + " Install one (Debian: apt-get install chromium), or say where it is with CHROMIUM=/path/to/it.");
        }
        Assumptions.assumeTrue(executable.isPresent(), "no Chromium on this machine");
        return new Chromium(executable.get());
    }

    /** A window of somebody who was never here. */
    public Window window() {
        return window(new Browser.NewContextOptions());
    }

    public Window window(Browser.NewContextOptions options) {
        return new Window(browser.newContext(options.setLocale("en-GB").setTimezoneId("Europe/Paris")));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
