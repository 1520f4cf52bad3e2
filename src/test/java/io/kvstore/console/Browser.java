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

/** A headless Chromium, driven by its driver; both must be installed. Whatever is waited for is a condition, not a time. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What the browser tells of every answer of 400 and more, which a page may well ask for. */
    private static final String ANSWER_TOLD = "Failed to load resource";

    private static final String AXE = """
            const [options, done] = arguments;
            axe.run(document, { resultTypes: ["violations"], ...JSON.parse(options) }).then(({ violations }) =>
                done(violations
                    .filter(({ impact }) => impact === "serious" || impact === "critical")
                    .map(({ id, nodes }) => id + ": " + nodes.map((node) => node.failureSummary + " " + node.html))));
            """;

    /**
     * Looks until an element of a selector, with this text where there is one, is seen and nothing lies over it; hands back
     * where.
     */
    private static final String WHERE = """
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
     * The one browser of this process, since to start one takes longer than most tests: started when it is first asked for,
     * and closed with the process. On a machine that has none the test is skipped.
     */
    static synchronized Browser shared() {
        if (shared == null) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "close the browser"));
        }
        return shared;
    }

    /** Starts a browser, or has the test skipped on a machine that has none. */
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
        // Every page is of a site of its own here, and each would have a process started for it.
        options.addArguments(
                "--renderer-process-limit=1",
                "--disable-site-isolation-trials",
                "--disable-features=IsolateOrigins,site-per-process,SpareRendererForSitePerProcess,BackForwardCache");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // which is not to be had as root
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver)
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
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

    /** Has files that are downloaded come into a folder. */
    void downloadInto(Path folder) {
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** Loads a page; what the browser told of before is forgotten, and what was written into fields too. */
    void load(String address) {
        leave();
        driver.manage().logs().get(LogType.BROWSER);
        driver.get(address);
    }

    /** Leaves the page, which does nothing more. */
    void leave() {
        driver.get("about:blank");
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** Has the page forget what it keeps in the browser. */
    void forgetSession() {
        run("sessionStorage.clear(); localStorage.clear()");
    }

    /** Runs a script in the page and hands back what it returns. */
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs a script in the page that hands its result to its last argument, a function. */
    Object runLong(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /** Waits until a script returns something that is true. */
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

    /** Waits until an element shows a text. */
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

    /** Waits until an element is there to be clicked, and clicks it. */
    void click(String selector) {
        clickAt(where(selector, null));
    }

    /** Clicks what has this text among the elements of a selector. */
    void click(String selector, String text) {
        clickAt(where(selector, text));
    }

    private List<?> where(String selector, String text) {
        try {
            return (List<?>) runLong(WHERE, selector, text);
        } catch (ScriptTimeoutException e) {
            throw new AssertionError(
                    "never there to be clicked: " + selector + " " + text + "\nThe page says:\n" + text("body"), e);
        }
    }

    /** Presses and releases the mouse, as {@link WebElement#click} does, which takes four times as long about it. */
    private void clickAt(List<?> where) {
        for (String what : List.of("mousePressed", "mouseReleased")) {
            driver.executeCdpCommand(
                    "Input.dispatchMouseEvent",
                    Map.of("type", what, "x", where.get(0), "y", where.get(1), "button", "left", "clickCount", 1));
        }
    }

    /** Waits until a field is there, and writes into it in place of what it has. */
    void write(String selector, String text) {
        await("document.querySelector(arguments[0]).checkVisibility()", selector);
        run("const field = document.querySelector(arguments[0]); field.focus(); field.select()", selector);
        driver.executeCdpCommand("Input.insertText", Map.of("text", text));
    }

    /** Presses keys wherever the focus is. */
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

    /** What has the focus: its id, else its text. */
    String focus() {
        return (String) run("const e = document.activeElement; return e.id || e.innerText || e.tagName");
    }

    /** Answers the question that the browser itself asks. */
    void answer(boolean yes) {
        if (yes) {
            driver.switchTo().alert().accept();
        } else {
            driver.switchTo().alert().dismiss();
        }
    }

    /** Has pages believe that the person prefers {@code light} or {@code dark}, and always that nothing is to move. */
    void preferColors(String scheme) {
        List<Map<String, String>> features = List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", features));
    }

    /** Has the page be as wide and high as that, as on a phone where {@code phone}. */
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

    /** What the browser complained of since the page was loaded, answers of 400 and more left out. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .filter(message -> !message.contains(ANSWER_TOLD))
                .toList();
    }

    /** Has axe look at the page as it is, and at its colours in the dark too, and fails where it finds what is serious. */
    void assertAccessible(String what) {
        if ((Boolean) run("return window.axe === undefined")) {
            loadAxe();
        }
        assertThat(runLong(AXE, "{}")).as("what axe finds in " + what).isEqualTo(List.of());
        preferColors("dark");
        assertThat(runLong(AXE, "{\"runOnly\": [\"color-contrast\"]}"))
                .as("what axe finds in " + what + " in the dark")
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
