package io.kvstore.console;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the screenshots of the README: {@code ./mvnw test -Dtest=ConsolePictures}. Not a test, and not run as one. */
class ConsolePictures {

    private static final Path PICTURES = Path.of("docs/images");
    private static final int READINGS = 20;
    private static final String[] SERVICES = {"auth", "billing", "catalog", "mail", "media", "search"};

    @TempDir
    Path folder;

    private final Random random = new Random(1);

    @Test
    void takeScreenshots() throws IOException {
        try (Browser browser = Browser.start();
                Server server =
                        TestServer.start(StorageMode.CACHED, folder.resolve("store"), "--cache_capacity", "600");
                RawHttp http = RawHttp.connect(server.port())) {
            fill(http);
            browser.resize(1200, 720, false);
            browser.load(server.address() + "/#/key/config%2Fbilling%2Fprod");
            browser.awaitText("#count", "keys");
            browser.awaitText("pre.json", "replicas");
            save(browser, "console-keys.png");
            browser.preferColors("dark");
            browser.run("location.hash = '#/charts'");
            useUntil(browser, http, READINGS);
            long height = (Long)
                    browser.run(
                            "return Math.ceil(document.querySelector('#charts').getBoundingClientRect().bottom + scrollY) + 20");
            browser.resize(1200, (int) height, false);
            useUntil(browser, http, READINGS + 1); // drawn again, at the full width without a scroll bar
            browser.run("window.scrollTo(0, 0)");
            save(browser, "console-charts.png");
        }
    }

    private void fill(RawHttp http) {
        StringBuilder rows = new StringBuilder();
        for (String service : SERVICES) {
            for (String environment : new String[] {"dev", "prod", "stage"}) {
                String value =
                        "{\"service\":\"%s\",\"environment\":\"%s\",\"replicas\":%d,\"timeouts\":{\"connect_ms\":250,"
                                + "\"read_ms\":2000},\"features\":[\"cache\",\"retry\"],\"build\":20260114093000123456,\"debug\":false}";
                String escaped = value.formatted(service, environment, 1 + random.nextInt(9))
                        .replace("\"", "\\\"");
                rows.append("{\"key\":\"config/%s/%s\",\"value\":\"%s\",\"type\":\"application/json\"}\n"
                        .formatted(service, environment, escaped));
            }
        }
        for (int i = 0; i < 60; i++) {
            rows.append("{\"key\":\"jobs/%04d\",\"value\":\"resize photo %d\"}\n".formatted(i, i));
        }
        for (int i = 0; i < 40_000; i++) {
            rows.append("{\"key\":\"user/%06d\",\"value\":\"name %d\"}\n".formatted(i, i));
        }
        http.request("POST", "/import", rows.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Generates a load that rises and falls, until the charts have the given number of points. */
    private void useUntil(Browser browser, RawHttp http, int readings) {
        for (int tenths = 0; readings(browser) < readings; tenths++) {
            use(http, 40 + random.nextInt(8) + (int) (25 * Math.sin(tenths / 40.0)));
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private static long readings(Browser browser) {
        return (Long) browser.run("const path = document.querySelector('figure[aria-label=Keys] path');"
                + "return path === null ? 0 : path.getAttribute('d').split('L').length");
    }

    /** Sends some reads, most of them of the same keys, and some writes. */
    private void use(RawHttp http, int requests) {
        for (int i = 0; i < requests; i++) {
            int user = random.nextInt(10) < 8 ? random.nextInt(500) : random.nextInt(40_000);
            if (random.nextInt(10) == 0) {
                http.put("/keys/user/%06d".formatted(40_000 + random.nextInt(4_000)), "name");
            } else {
                http.get("/keys/user/%06d".formatted(user));
            }
        }
    }

    private static void save(Browser browser, String name) throws IOException {
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name), browser.screenshot());
    }
}
