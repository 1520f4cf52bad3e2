package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.access.Rule;
import io.kvstore.access.TokenEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The console of a server that asks for tokens. */
class ConsoleAccessTest extends BrowserTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TokenEntry.Generated admin = draw("admin", ":admin");
    private final TokenEntry.Generated reader = draw("reader", "a/:r");

    private static TokenEntry.Generated draw(String name, String... rules) {
        return TokenEntry.generate(name, Stream.of(rules).map(Rule::parse).toList(), RANDOM);
    }

    @Override
    String[] flags() {
        try {
            Path file = Files.createFile(
                    folder.resolve("tokens"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, List.of(admin.entry().text(), reader.entry().text()));
            return new String[] {"--auth_file", file.toString()};
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String[] headers() {
        return new String[] {"Authorization: Bearer " + admin.token()};
    }

    private void comeIn(String token) {
        browser().await("document.querySelector('#token-dialog').open");
        browser().write("#token-input", token);
        browser().click("#token-form .primary");
    }

    @Test
    void token_isAskedForOnceAndKeptInTheSessionAlone() {
        put("a/1", "value");
        open("");
        browser().awaitText("#token-reason", "A token is needed here");
        comeIn("wrong");
        browser().awaitText("#token-reason", "The token is not known here");
        comeIn(admin.token());
        browser().awaitText("#count", "1 key");
        assertThat(browser().isShown("#token-dialog")).isFalse();
        assertThat((String) browser().run("return JSON.stringify(localStorage) + document.cookie + location.href"))
                .doesNotContain(admin.token());
        assertThat((Boolean)
                        browser().run("return Object.values(sessionStorage).includes(arguments[0])", admin.token()))
                .isTrue();
        browser().reload();
        browser().awaitText("#count", "1 key");
        browser().click("#token-button");
        browser().click("#token-forget");
        browser().awaitText("#token-reason", "A token is needed here");
        assertThat((Long) browser().run("return sessionStorage.length")).isZero();
    }

    @Test
    void token_thatIsNotGivenIsToldOf() {
        open("");
        browser().click("#token-cancel");
        browser().awaitText("#message-text", "A token is needed here");
    }

    @Test
    void token_goesAlongWithDownloads() throws IOException {
        put("a/file.txt", "value");
        open("#/key/a%2Ffile.txt");
        comeIn(reader.token());
        browser().click("#detail .actions button", "Download");
        Path file = folder.resolve("file.txt");
        while (!Files.exists(file) || Files.size(file) < 5) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(file).hasContent("value");
    }

    @Test
    void listing_saysThatKeysAreLeftOut() {
        put("a/1", "value");
        put("b/1", "value");
        open("");
        comeIn(reader.token());
        browser().awaitText("#count", "1 key");
        browser().awaitText("#filtered", "The token may not read every key");
        browser().write("#prefix", "a/");
        browser().await("document.querySelector('#filtered').hidden");
        browser().write("#prefix", "b/");
        browser().awaitText("#message-text", "no rule of the token reaches any of these keys");
    }

    @Test
    void whatTheTokenMayNot_isToldAndTheRestGoesOn() {
        put("a/1", "value");
        open("#/key/a%2F1");
        comeIn(reader.token());
        browser().awaitText("pre.text", "value");
        browser().click("#delete");
        browser()
                .awaitText("#message-text", "The token may not do this: no rule of the token allows to write this key");
        browser().click("#edit");
        browser().write("#edit-value", "changed");
        browser().click(".editor .primary");
        browser().await("document.querySelector('#message').checkVisibility()");
        assertThat(browser().find("#edit-value").getDomProperty("value")).isEqualTo("changed");
        assertThat(get("a/1").text()).isEqualTo("value");
        browser().run("document.querySelector('.editor button:not(.primary)').click()");
        browser().run("location.hash = '#/charts'");
        browser().awaitText("#charts-state", "The token may not do this: this is about the whole store");
        browser().run("location.hash = '#/key/b%2F1'");
        browser().awaitText("#detail", "no rule of the token reaches this key");
        browser().run("location.hash = '#/live'");
        browser().awaitText("#live-filtered", "The token may not read every key");
        put("b/2", "hidden");
        put("a/2", "shown");
        browser().awaitText("#live-rows", "a/2");
        assertThat(browser().text("#live-rows")).doesNotContain("b/2");
    }
}
