package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tests the live view and the charts. */
class ConsoleLiveTest extends BrowserTest {

    private static final int ROWS_MAX = 300;

    private void follow() {
        open("#/live");
        browser().awaitText("#live-state", "Following");
    }

    /** Returns the keys in the rows, newest first. */
    private String keys() {
        return (String)
                browser()
                        .run(
                                "return [...document.querySelectorAll('#live-rows td.key')].map((cell) => cell.innerText).join(' ')");
    }

    private void awaitKeys(String keys) {
        browser()
                .await(
                        "[...document.querySelectorAll('#live-rows td.key')].map((cell) => cell.innerText).join(' ')"
                                + " === arguments[0]",
                        keys);
    }

    @Test
    void changes_areShownAsTheyHappen() {
        put("before", "x");
        follow();
        put("a/<b>", "<b>value</b>");
        put("c", "x");
        http().request("DELETE", "/keys/c");
        awaitKeys("c c a/<b>");
        assertThat(browser().text("#live-rows tr:last-child .preview")).isEqualTo("<b>value</b>");
        assertThat(browser().text("#live-rows tr:first-child .event")).isEqualTo("delete");
        browser().write("#live-prefix", "a/");
        browser().click("#live-form button[type=submit]");
        browser().awaitText("#live-state", "Following");
        browser().click("#live-clear");
        awaitKeys("");
        put("c", "x");
        put("a/d", "x");
        awaitKeys("a/d");
        browser().click("#live-rows a");
        browser().awaitText("#detail-title", "a/d");
    }

    @Test
    void rows_areBounded() {
        follow();
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 3 * ROWS_MAX; i++) {
            rows.append("{\"key\":\"k").append(i).append("\",\"value\":\"v\"}\n");
        }
        http().request("POST", "/import", rows.toString().getBytes(StandardCharsets.UTF_8));
        browser().awaitText("#live-total", "900 changes");
        browser().awaitText("#live-rows tr:first-child td.key", "k899");
        assertThat(browser().count("#live-rows tr")).isEqualTo(ROWS_MAX);
    }

    @Test
    void pause_holdsBackChanges() {
        follow();
        browser().click("#live-pause");
        put("a", "x");
        browser().awaitText("#live-total", "1 of them since you paused");
        assertThat(keys()).isEmpty();
        browser().click("#live-pause");
        awaitKeys("a");
    }

    /**
     * A script that makes the next stream of the page fail when {@code cut} is called, and delays later streams until
     * {@code mend} is called.
     */
    private static final String BREAKABLE = """
            const real = window.fetch;
            const broken = new AbortController();
            let streams = 0;
            window.cut = () => broken.abort();
            const mended = new Promise((resolve) => (window.mend = resolve));
            window.fetch = async (address, options) => {
              if (!address.pathname.endsWith("/watch")) {
                return real(address, options);
              }
              if (streams++ === 0) {
                return real(address, { ...options, signal: AbortSignal.any([options.signal, broken.signal]) });
              }
              window.waits = true;
              await mended;
              return real(address, options);
            };
            """;

    private void breakable() {
        open("#/keys");
        browser().run(BREAKABLE);
        browser().run("location.hash = '#/live'");
        browser().awaitText("#live-state", "Following");
    }

    private void cut() {
        browser().run("window.cut()");
        browser().await("window.waits");
    }

    @Test
    void stream_resumesAfterALostConnection() {
        breakable();
        put("a", "x");
        awaitKeys("a");
        cut();
        put("b", "x");
        put("c", "x");
        browser().run("window.mend()");
        awaitKeys("c b a");
        put("d", "x");
        awaitKeys("d c b a");
    }

    @Test
    void stream_thatCannotResumeSaysThatChangesAreMissing() {
        breakable();
        put("a", "x");
        awaitKeys("a");
        cut();
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            rows.append("{\"key\":\"k").append(i).append("\",\"value\":\"v\"}\n");
        }
        http().request("POST", "/import", rows.toString().getBytes(StandardCharsets.UTF_8));
        put("b", "x");
        browser().run("window.mend()");
        browser().awaitText("#live-rows", "Changes are missing here");
        browser().awaitText("#live-state", "Following");
        put("d", "x");
        awaitKeys("d a");
    }

    @Override
    String[] flags() {
        return new String[] {"--watch_history", "20"};
    }

    /** A script that replaces the metrics: each response counts 1,000 more requests of 1 to 10 ms. */
    private static final String MEASURED = """
            const real = window.fetch;
            let asked = 0;
            window.fetch = (address, options) => {
              if (!address.pathname.endsWith("/metrics")) {
                return real(address, options);
              }
              const count = 1000 * asked++;
              const name = "kvstore_http_request_duration_seconds";
              const of = (route) => `{method="GET",route="${route}",status="200"`;
              return Promise.resolve(new Response([
                `# TYPE ${name} histogram`,
                `${name}_bucket${of("/keys/{key}")},le="0.001"} 0`,
                `${name}_bucket${of("/keys/{key}")},le="0.01"} ${count}`,
                `${name}_bucket${of("/keys/{key}")},le="+Inf"} ${count}`,
                `${name}_count${of("/keys/{key}")}} ${count}`,
                `${name}_bucket${of("/watch")},le="+Inf"} ${count}`,
                `${name}_count${of("/watch")}} ${count}`,
              ].join("\\n")));
            };
            """;

    @Test
    void charts_useTheMetricsIfThereAreAny() {
        open("#/keys");
        browser().run(MEASURED);
        browser().run("location.hash = '#/charts'");
        browser().awaitText("figure[aria-label=Latency] .words", "Median: 5.5 ms now, from 5.5 ms to 5.5 ms.");
        assertThat(browser().text("figure[aria-label=Latency] .words")).contains("99th percentile: 9.91 ms now");
        String rate = browser().text("figure[aria-label='Requests per second'] .words");
        assertThat(rate).matches("Requests: \\d+ now, from \\d+ to \\d+\\.");
        assertThat(Integer.parseInt(rate.replaceAll("Requests: (\\d+) now.*", "$1")))
                .as("1,000 requests in two seconds or more")
                .isBetween(1, 500);
    }

    @Test
    void charts_areDrawnAndDescribedInWords() {
        put("a", "x");
        put("b", "x");
        open("#/charts");
        browser().awaitText("#charts-state", "Mode memory");
        browser().awaitText("figure[aria-label=Keys] .words", "Keys: 2 now, from 2 to 2.");
        put("c", "x");
        browser().awaitText("figure[aria-label=Keys] .words", "Keys: 3 now, from 2 to 3.");
        browser().awaitText("figure[aria-label='Changes per second'] .words", "Commits: 0");
        browser().click("figure[aria-label=Keys] summary");
        assertThat(browser().text("figure[aria-label=Keys] tbody")).contains("3");
        assertThat((String) browser()
                        .run("return document.querySelector('figure[aria-label=Keys] path').getAttribute('d')"))
                .matches("M[\\d.]+ [\\d.]+(L[\\d.]+ [\\d.]+)+");
        assertThat(browser().count("figure[aria-label='Cache hit rate']"))
                .as("a mode without a cache")
                .isZero();
        assertThat(browser().count("figure[aria-label='Size on disk']")).isZero();
    }
}
