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

/** Tests the console of a server that requires tokens. */
class ConsoleAccessTest extends BrowserTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TokenEntry.Generated admin = generate("admin", ":admin");
    private final TokenEntry.Generated reader = generate("reader", "a/:r");

    private static TokenEntry.Generated generate(String name, String... rules) {
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

    private void enterToken(String token) {
        browser().await("document.querySelector('#token-dialog').open");
        browser().write("#token-input", token);
        browser().click("#token-form .primary");
    }

    @Test
    void token_isAskedForOnceAndStoredOnlyInTheSession() {
        put("a/1", "value");
        open("");
        browser().awaitText("#token-reason", "An access token is required");
        enterToken("wrong");
        browser().awaitText("#token-reason", "The access token is unknown");
        enterToken(admin.token());
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
        browser().awaitText("#token-reason", "An access token is required");
        assertThat((Long) browser().run("return sessionStorage.length")).isZero();
    }

    @Test
    void tokenDialog_thatIsCancelledShowsTheReason() {
        open("");
        browser().click("#token-cancel");
        browser().awaitText("#message-text", "An access token is required");
    }

    @Test
    void token_isSentWithDownloads() throws IOException {
        put("a/file.txt", "value");
        open("#/key/a%2Ffile.txt");
        enterToken(reader.token());
        browser().click("#detail .actions button", "Download");
        Path file = folder.resolve("file.txt");
        while (!Files.exists(file) || Files.size(file) < 5) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(file).hasContent("value");
    }

    @Test
    void listing_saysThatSomeKeysAreNotShown() {
        put("a/1", "value");
        put("b/1", "value");
        open("");
        enterToken(reader.token());
        browser().awaitText("#count", "1 key");
        browser().awaitText("#filtered", "This token may not read all keys");
        browser().write("#prefix", "a/");
        browser().await("document.querySelector('#filtered').hidden");
        browser().write("#prefix", "b/");
        browser().awaitText("#message-text", "this token may not read any of these keys");
    }

    @Test
    void forbiddenAction_isReportedAndTheRestStillWorks() {
        put("a/1", "value");
        open("#/key/a%2F1");
        enterToken(reader.token());
        browser().awaitText("pre.text", "value");
        browser().click("#delete");
        browser().awaitText("#message-text", "Access denied: this token may not write to this key");
        browser().click("#edit");
        browser().write("#edit-value", "changed");
        browser().click(".editor .primary");
        browser().await("document.querySelector('#message').checkVisibility()");
        assertThat(browser().find("#edit-value").getDomProperty("value")).isEqualTo("changed");
        assertThat(get("a/1").text()).isEqualTo("value");
        browser().run("document.querySelector('.editor button:not(.primary)').click()");
        browser().run("location.hash = '#/charts'");
        browser().awaitText("#charts-state", "Access denied: this request is about the whole store");
        browser().run("location.hash = '#/key/b%2F1'");
        browser().awaitText("#detail", "this token may not read this key");
        browser().run("location.hash = '#/live'");
        browser().awaitText("#live-filtered", "This token may not read all keys");
        put("b/2", "hidden");
        put("a/2", "shown");
        browser().awaitText("#live-rows", "a/2");
        assertThat(browser().text("#live-rows")).doesNotContain("b/2");
    }
}
