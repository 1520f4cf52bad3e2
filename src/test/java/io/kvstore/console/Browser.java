package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium, controlled by chromedriver; both must be installed. Waits for conditions, never for a fixed
 * time.
 */
final class Browser implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /**
     * The start of the browser's error for every response with a status of 400 or more, which is not an error of the
     * page.
     */
    private static final String STATUS_ERROR = "Failed to load resource";

    private static final String AXE = """
            const [options, done] = arguments;
            axe.run(document, { resultTypes: ["violations"], ...JSON.parse(options) }).then(({ violations }) =>
                done(violations
                    .filter(({ impact }) => impact === "serious" || impact === "critical")
                    .map(({ id, nodes }) => id + ": " + nodes.map((node) => node.failureSummary + " " + node.html))));
            """;

    /**
     * A script that waits until an element of a selector, with the given text if it is not null, is visible and not
     * covered, and returns its position.
     */
    private static final String POSITION = """
            const [selector, text, done] = arguments;
            let pause = 2;
            const look = () => {
              const found = [...document.querySelectorAll(selector)].find((e) => text === null || e.innerText === text);
              if (found?.checkVisibility()) {
                found.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
                const box = found.getClientRects()[0];
                const x = (box.left + box.right) / 2;
                const y = (box.top + box.bottom) / 2;
                if (found.contains(document.elementFromPoint(x, y))) {
                  done([x, y]);
                  return;
                }
              }
              setTimeout(look, (pause = Math.min(2 * pause, 50)));
            };
            look();
            """;

    private static Browser shared;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Returns the browser that all tests of the process share, because starting one takes longer than most tests. It is
     * started on the first call and closed when the process ends. If no browser is installed, the test is skipped.
     */
    static synchronized Browser shared() {
        if (shared == null) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "close the browser"));
        }
        return shared;
    }

    /** Starts a browser. If none is installed, the test is skipped. */
    static Browser start() {
        File chromium = installed("chromium", "chromium-browser", "google-chrome");
        File chromedriver = installed("chromedriver");
        assumeTrue(
                chromium != null && chromedriver != null,
                "chromium and chromedriver are not installed: the console is not tested in a browser");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments(
                "--headless=new",
                "--window-size=1200,800",
                "--force-device-scale-factor=1",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--no-first-run");
        // Each page here is from a different site, and Chromium would start a process for each site.
        options.addArguments(
                "--renderer-process-limit=1",
                "--disable-site-isolation-trials",
                "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess,BackForwardCache");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // the sandbox does not work as root
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver)
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(TIMEOUT);
        Browser browser = new Browser(driver);
        browser.preferColors("light");
        return browser;
    }

    private static File installed(String... names) {
        String[] folders = System.getenv("PATH").split(File.pathSeparator);
        return Stream.of(names)
                .flatMap(name -> Stream.of(folders).map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        driver.quit();
    }

    /** Sets the folder for downloads. */
    void downloadInto(Path folder) {
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** Loads a page. Earlier errors of the browser and the contents of form fields are discarded. */
    void load(String address) {
        leave();
        driver.manage().logs().get(LogType.BROWSER);
        driver.get(address);
    }

    /** Leaves the page, which stops all its activity. */
    void leave() {
        driver.get("about:blank");
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** Clears the storage of the page. */
    void clearStorage() {
        run("sessionStorage.clear(); localStorage.clear()");
    }

    /** Runs a script in the page, and returns its result. */
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a script in the page that passes its result to a callback, its last argument. */
    Object runAsync(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /** Waits until a script expression is truthy. */
    void await(String script, Object... arguments) {
        try {
            driver.executeAsyncScript(
                    "const values = [...arguments]; const done = values.pop();"
                            + "let pause = 2; const holds = () => { try { return (function () { return " + script
                            + " }).apply(null, values); } catch { return false; } };"
                            + "const look = () => holds() ? done() : setTimeout(look, pause = Math.min(2 * pause, 50));"
                            + "look();",
                    arguments);
        } catch (ScriptTimeoutException e) {
            throw new AssertionError("never came true: " + script + "\nThe page says:\n" + text("body"), e);
        }
    }

    /** Waits until an element is visible and contains a text. */
    void awaitText(String selector, String part) {
        await(
                "((e) => e.checkVisibility() && e.innerText.includes(arguments[1]))(document.querySelector(arguments[0]))",
                selector,
                part);
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> findAll(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    int count(String selector) {
        return findAll(selector).size();
    }

    String text(String selector) {
        return (String) run("return document.querySelector(arguments[0]).innerText", selector);
    }

    boolean isShown(String selector) {
        return (Boolean)
                run("return [...document.querySelectorAll(arguments[0])].some((e) => e.checkVisibility())", selector);
    }

    /** Waits until an element can be clicked, and clicks it. */
    void click(String selector) {
        clickAt(position(selector, null));
    }

    /** Waits until the element of a selector that has this text can be clicked, and clicks it. */
    void click(String selector, String text) {
        clickAt(position(selector, text));
    }

    private List<?> position(String selector, String text) {
        try {
            return (List<?>) runAsync(POSITION, selector, text);
        } catch (ScriptTimeoutException e) {
            throw new AssertionError(
                    "never became clickable: " + selector + " " + text + "\nThe page says:\n" + text("body"), e);
        }
    }

    /** Presses and releases the mouse button. Takes a quarter of the time of {@link WebElement#click}. */
    private void clickAt(List<?> position) {
        for (String what : List.of("mousePressed", "mouseReleased")) {
            driver.executeCdpCommand(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            what,
                            "x",
                            position.get(0),
                            "y",
                            position.get(1),
                            "button",
                            "left",
                            "clickCount",
                            1));
        }
    }

    /** Waits until a field is visible, and replaces its contents. */
    void write(String selector, String text) {
        await("document.querySelector(arguments[0]).checkVisibility()", selector);
        run("const field = document.querySelector(arguments[0]); field.focus(); field.select()", selector);
        driver.executeCdpCommand("Input.insertText", Map.of("text", text));
    }

    /** Sends keystrokes to the element that has the focus. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    void pressWithControl(CharSequence key) {
        new Actions(driver)
                .keyDown(Keys.CONTROL)
                .sendKeys(key)
                .keyUp(Keys.CONTROL)
                .perform();
    }

    /** Returns the id of the element that has the focus, or its text if it has no id. */
    String focus() {
        return (String) run("const e = document.activeElement; return e.id || e.innerText || e.tagName");
    }

    /** Accepts or dismisses a confirmation dialog of the browser. */
    void answer(boolean accept) {
        if (accept) {
            driver.switchTo().alert().accept();
        } else {
            driver.switchTo().alert().dismiss();
        }
    }

    /** Emulates a preference for the colour scheme {@code light} or {@code dark}, and for reduced motion. */
    void preferColors(String scheme) {
        List<Map<String, String>> features = List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", features));
    }

    /** Sets the size of the page, and emulates a phone if {@code phone} is true. */
    void resize(int width, int height, boolean phone) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    }

    void resetSize() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.manage().window().setSize(new Dimension(1200, 800));
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /**
     * Returns the warnings and errors of the browser since the page was loaded, except those about the status of
     * responses.
     */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .filter(message -> !message.contains(STATUS_ERROR))
                .toList();
    }

    /** Checks the page with axe, including its colours in dark mode. Fails if there is a serious problem. */
    void assertAccessible(String what) {
        if ((Boolean) run("return window.axe === undefined")) {
            loadAxe();
        }
        assertThat(runAsync(AXE, "{}")).as("problems that axe finds in " + what).isEqualTo(List.of());
        preferColors("dark");
        assertThat(runAsync(AXE, "{\"runOnly\": [\"color-contrast\"]}"))
                .as("problems that axe finds in " + what + " in dark mode")
                .isEqualTo(List.of());
        preferColors("light");
    }

    private void loadAxe() {
        try (InputStream in = Browser.class.getResourceAsStream("/axe-core/axe.min.js")) {
            run(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
