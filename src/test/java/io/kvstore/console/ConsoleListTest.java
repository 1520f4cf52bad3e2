package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Tests the list of keys, which may have any length but few elements. */
class ConsoleListTest extends BrowserTest {

    private static final int MANY = 50_000;
    private static final int ROWS_MAX = 80;

    /** A script that returns the keys of the rows that are elements, in order. */
    private static final String ROWS = "[...document.querySelectorAll('#list .row')]"
            + ".sort((a, b) => a.dataset.row - b.dataset.row).map((row) => row.textContent).join(' ')";

    /** A script that scrolls towards one end until a row shows a key, and checks the rows in every frame on the way. */
    private static final String SCROLL = """
            const [edge, wanted, done] = arguments;
            const list = document.querySelector("#list");
            let most = 0;
            const look = () => {
              const rows = [...list.querySelectorAll(".row")];
              most = Math.max(most, rows.length);
              const wrong = rows.find((row) => row.textContent !== "\u2026"
                  && row.textContent !== "k/" + row.dataset.row.padStart(6, "0"));
              if (wrong) {
                done("row " + wrong.dataset.row + " shows " + wrong.textContent);
              } else if (rows.some((row) => row.textContent === wanted)) {
                done("at most " + String(most));
              } else {
                list.scrollTop = edge === "end" ? list.scrollHeight : 0;
                requestAnimationFrame(look);
              }
            };
            look();
            """;

    private void importKeys(int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++) {
            rows.append("{\"key\":\"%s\",\"value\":\"v\"}%n".formatted(key(i)));
        }
        byte[] body = rows.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(http().request("POST", "/import", body).status()).isEqualTo(200);
    }

    private static String key(int number) {
        return "k/%06d".formatted(number);
    }

    private String shown() {
        return (String) browser().run("return " + ROWS);
    }

    private void awaitRows(String... keys) {
        browser().await(ROWS + " === arguments[0]", String.join(" ", keys));
    }

    private static int most(Object result) {
        String text = (String) result;
        assertThat(text).startsWith("at most ");
        return Integer.parseInt(text.substring("at most ".length()));
    }

    @Test
    void manyKeys_areScrolledThroughWithFewElements() {
        importKeys(MANY);
        open("");
        browser().awaitText("#count", "50,000 keys");
        assertThat(most(browser().runAsync(SCROLL, "end", key(MANY - 1)))).isLessThan(ROWS_MAX);
        assertThat((Boolean) browser().run("return document.querySelector('#list').scrollHeight < 1e6"))
                .as("no element grows with the number of keys")
                .isTrue();
        assertThat(most(browser().runAsync(SCROLL, "start", key(0)))).isLessThan(ROWS_MAX);
        browser().find("#list").sendKeys(Keys.END);
        browser().await("document.querySelector('.row.active').textContent === arguments[0]", key(MANY - 1));
        browser().find("#list").sendKeys(Keys.ARROW_UP, Keys.ENTER);
        browser().awaitText("#detail-title", key(MANY - 2));
        assertThat(browser().count("#list .row")).isLessThan(ROWS_MAX);
    }

    @Test
    void changedKeys_areNeverMissed() {
        importKeys(3_000);
        open("");
        browser().awaitText("#count", "3,000 keys");
        browser().runAsync(SCROLL, "end", key(2_999));
        http().request("DELETE", "/keys/" + key(1_500));
        put(key(1_500) + "a", "new");
        put(key(1_500) + "b", "new");
        browser().click("#refresh");
        browser().awaitText("#count", "3,001 keys");
        awaitRowsAround(1_490, key(1_499), key(1_500) + "a", key(1_500) + "b", key(1_501));
        awaitRowsAround(1_990, key(1_998), key(1_999), key(2_000)); // across the boundary of two pages
    }

    private void awaitRowsAround(int row, String... keys) {
        browser().run("document.querySelector('#list').scrollTop = arguments[0] * 28", row);
        browser().await(ROWS + ".includes(arguments[0])", String.join(" ", keys));
    }

    @Test
    void row_canBeOpenedWhileItIsReadAgain() {
        put("a", "x");
        put("b", "x");
        open("");
        awaitRows("a", "b");
        browser().run("""
                const real = window.fetch;
                window.fetch = (address, options) => address.search.includes("values=false")
                    ? new Promise(() => (window.asked = true))
                    : real(address, options);
                """);
        browser().click("#refresh");
        browser().await("window.asked");
        browser().click("#list .row", "b");
        browser().awaitText("#detail-title", "b");
    }

    @Test
    void search_findsKeysWithThePrefix() {
        IntStream.range(0, 5).forEach(i -> put("a/" + i, "x"));
        put("a%/1", "x");
        put("b/\u00e4", "x");
        open("");
        browser().awaitText("#count", "7 keys");
        browser().write("#prefix", "a/");
        awaitRows("a/0", "a/1", "a/2", "a/3", "a/4");
        browser().awaitText("#count", "5 keys found");
        browser().click("#reverse");
        awaitRows("a/4", "a/3", "a/2", "a/1", "a/0");
        browser().click("#reverse");
        browser().write("#prefix", "a%");
        awaitRows("a%/1");
        browser().write("#prefix", "b/\u00e4");
        awaitRows("b/\u00e4");
        browser().awaitText("#count", "1 key found");
        browser().write("#prefix", "none");
        browser().awaitText("#count", "0 keys found");
        assertThat(shown()).isEmpty();
    }

    @Test
    void search_ignoresLateResponses() {
        put("old", "x");
        put("new", "x");
        open("");
        awaitRows("new", "old");
        browser().run("""
                const real = window.fetch;
                window.fetch = (address, options) => address.search.includes("prefix=old")
                    ? new Promise((resolve) => (window.late = () => real(address).then((answer) => {
                        resolve(answer);
                        setTimeout(() => (window.came = true), 50);
                      })))
                    : real(address, options);
                """);
        browser().write("#prefix", "old");
        browser().await("window.late");
        browser().write("#prefix", "new");
        awaitRows("new");
        browser().run("window.late()");
        browser().await("window.came");
        assertThat(shown()).isEqualTo("new");
        browser().awaitText("#count", "1 key found");
    }
}
