package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Tests the console with a keyboard, for screen readers, on a phone and in dark mode. */
class ConsoleUseTest extends BrowserTest {

    @BeforeEach
    void fill() {
        put("config/a", "{\"b\": [1, \"two\", null, true]}", "Content-Type: application/json", "KV-TTL: 1h");
        put("config/" + "long-".repeat(40), "x".repeat(3_000));
        put("text", "plain");
    }

    @AfterEach
    void resetBrowser() {
        browser().resetSize();
        browser().preferColors("light");
    }

    private String background() {
        return (String) browser().run("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void everyView_isAccessible() {
        open("#/keys");
        browser().awaitText("#count", "3 keys");
        browser().assertAccessible("the list");
        openKey("config/a");
        browser().run("document.querySelector('.expiry').open = true");
        browser().assertAccessible("a key");
        browser().click("#edit");
        browser().assertAccessible("the form");
        put("config/a", "other");
        browser().write("#edit-value", "mine");
        browser().click(".editor .primary");
        browser().await("document.querySelector('#conflict-dialog').open");
        browser().assertAccessible("a conflict");
        browser().click("#conflict-leave");
        browser().awaitText("pre.text", "other");
        browser().click("#delete");
        browser().awaitText("#undos", "Deleted config/a");
        browser().assertAccessible("an undo");
        browser().click("#help-button");
        browser().assertAccessible("the shortcuts");
        browser().click("#help-close");
        browser().click("#token-button");
        browser().assertAccessible("the token");
        browser().click("#token-cancel");
        browser().run("location.hash = '#/live'");
        browser().awaitText("#live-state", "Following");
        put("text", "changed");
        browser().awaitText("#live-rows", "text");
        browser().assertAccessible("the live view");
        browser().run("location.hash = '#/charts'");
        browser().awaitText("figure[aria-label=Keys] .words", "Keys: 2 now");
        browser().assertAccessible("the charts");
    }

    @Test
    void darkMode_hasADarkBackground() {
        open("");
        String light = background();
        browser().preferColors("dark");
        assertThat(light).isEqualTo("rgb(246, 247, 248)");
        assertThat(background()).isEqualTo("rgb(18, 23, 26)");
    }

    @Test
    void phone_showsOnePaneAtATimeAndNeverScrollsSideways() {
        browser().resize(360, 740, true);
        open("");
        browser().awaitText("#count", "3 keys");
        assertFits();
        assertThat(browser().isShown(".detail-pane")).isFalse();
        for (String key : new String[] {"config/a", "config/" + "long-".repeat(40)}) {
            openKey(key);
            assertFits();
            assertThat(browser().isShown(".list-pane")).isFalse();
            browser().click("#edit");
            assertFits();
            browser().click(".editor button", "Cancel");
            browser().await("document.querySelector('#edit') !== null");
        }
        browser().click(".back");
        browser().await("document.querySelector('.list-pane').checkVisibility()");
        browser().click("#help-button");
        assertFits();
        browser().click("#help-close");
        for (String view : new String[] {"#/live", "#/charts", "#/new"}) {
            browser().run("location.hash = arguments[0]", view);
            browser().await("document.querySelector('#main').checkVisibility()");
            assertFits();
        }
    }

    private void assertFits() {
        assertThat((Long) browser().run("return document.scrollingElement.scrollWidth"))
                .isLessThanOrEqualTo(360L);
        assertThat((Boolean) browser()
                        .run("return [...document.querySelectorAll('.page, .detail-pane, .list-pane')]"
                                + ".every((each) => each.scrollWidth <= each.clientWidth)"))
                .isTrue();
    }

    @Test
    void everyAction_worksByKeyboard() {
        open("");
        browser().awaitText("#count", "3 keys");
        browser().press(Keys.TAB);
        assertThat(browser().focus()).isEqualTo("skip");
        browser().press(Keys.ENTER);
        assertThat(browser().focus()).isEqualTo("main");
        browser().press("/");
        assertThat(browser().focus()).isEqualTo("prefix");
        browser().press("config/");
        browser().awaitText("#count", "2 keys found");
        browser().press(Keys.ARROW_DOWN);
        assertThat(browser().focus()).isEqualTo("list");
        browser().press(Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER);
        browser().awaitText("#detail-title", "config/a");
        browser().await("document.querySelector('#edit') !== null");
        assertThat(browser().focus()).isEqualTo("detail-title");
        browser().press("e");
        browser().await("document.activeElement.id === 'edit-value'");
        browser().pressWithControl("a");
        browser().press("by keyboard");
        browser().pressWithControl(Keys.ENTER);
        browser().awaitText("pre.text", "by keyboard");
        assertThat(get("config/a").text()).isEqualTo("by keyboard");
        browser().press("d");
        browser().awaitText("#undos", "Deleted config/a");
        assertThat(get("config/a").status()).isEqualTo(404);
        browser().press("u");
        browser().awaitText("#message-text", "Restored config/a");
        assertThat(get("config/a").text()).isEqualTo("by keyboard");
        browser().press("n");
        browser().await("document.activeElement.id === 'edit-key'");
        assertThat(browser().find("#edit-key").getDomProperty("value")).isEqualTo("config/");
        browser().press("new", Keys.TAB, "typed", Keys.TAB, Keys.TAB, "text/x-typed", Keys.TAB, "1h", Keys.TAB);
        browser().press(Keys.ENTER);
        browser().awaitText("#detail-title", "config/new");
        assertThat(get("config/new").header("Content-Type")).isEqualTo("text/x-typed");
        browser().press(Keys.ESCAPE);
        browser().await("document.activeElement.id === 'list'");
        browser().press("?");
        browser().await("document.querySelector('#help-dialog').open");
        browser().press(Keys.ESCAPE);
        browser().await("!document.querySelector('#help-dialog').open");
        browser().press("2");
        browser().await("document.activeElement.id === 'live-title'");
        browser().press("3");
        browser().await("document.activeElement.id === 'charts-title'");
    }

    @Test
    void shortcuts_canBeTurnedOff() {
        open("");
        browser().awaitText("#count", "3 keys");
        browser().click("#help-button");
        browser().click("#shortcuts-on");
        browser().click("#help-close");
        browser().press("n", "3");
        assertThat((String) browser().run("return location.hash")).isEmpty();
        browser().reload();
        browser().awaitText("#count", "3 keys");
        browser().press("3");
        assertThat((String) browser().run("return location.hash")).isEmpty();
    }

    @Test
    void list_isExposedAsAListBox() {
        open("");
        browser().awaitText("#count", "3 keys");
        assertThat(browser().find("#list").getAriaRole()).isEqualTo("listbox");
        assertThat(browser().find("#list").getAccessibleName()).isEqualTo("Keys");
        browser().find("#list").sendKeys(Keys.END);
        String active = browser().find("#list").getDomAttribute("aria-activedescendant");
        assertThat(browser().find("#" + active).getText()).isEqualTo("text");
        assertThat(browser().find("#" + active).getDomAttribute("aria-posinset"))
                .isEqualTo("3");
        assertThat(browser().find("#" + active).getDomAttribute("aria-setsize")).isEqualTo("3");
        assertThat(browser().find("#message").getDomAttribute("hidden")).isNotNull();
        assertThat((String) browser().run("return document.querySelector('#message').parentElement.ariaLive"))
                .isEqualTo("polite");
    }
}
