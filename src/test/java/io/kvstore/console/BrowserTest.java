package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of the console in a browser. The tests of a class share a server, and all tests of a process share a browser.
 * Each test begins with an empty store and a new page.
 */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserTest {

    /** The folder for uploads and downloads. */
    Path folder;

    private Browser browser;
    private Server server;
    private RawHttp http;

    /** Returns the flags of the server, names and values alternating. */
    String[] flags() {
        return new String[0];
    }

    /** Returns the headers that give the requests of the test itself all permissions. */
    String[] headers() {
        return new String[0];
    }

    @BeforeAll
    final void start(@TempDir Path files) {
        folder = files;
        browser = Browser.shared();
        browser.downloadInto(folder);
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"), flags());
    }

    @AfterAll
    final void stop() {
        if (browser != null) {
            browser.leave();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    final void empty() {
        http = RawHttp.connect(server.port());
        assertThat(http.request("DELETE", "/keys?all=true", headers()).status()).isEqualTo(200);
    }

    @AfterEach
    final void assertNoErrorsInTheBrowser() {
        http.close();
        browser.clearStorage();
        assertThat(browser.errors()).isEmpty();
        assertThat(browser.run("return window.hacked")).isNull();
    }

    final Browser browser() {
        return browser;
    }

    final RawHttp http() {
        return http;
    }

    /** Returns the address of the server, such as {@code http://127.0.0.1:8080}. */
    final String address() {
        return server.address();
    }

    /** Opens the page with a fragment such as {@code #/keys}. */
    final void open(String hash) {
        browser.load(address() + "/" + hash);
    }

    final void openKey(String key) {
        open("#/key/" + encoded(key));
        awaitKey(key);
    }

    /** Goes to a key within the open page, as a link would. */
    final void goToKey(String key) {
        browser.run("location.hash = arguments[0]", "#/key/" + encoded(key));
        awaitKey(key);
    }

    private void awaitKey(String key) {
        browser.awaitText("#detail-title", key);
        browser.await("document.querySelector('#edit') !== null");
    }

    static String encoded(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    /** Writes a key directly to the server, like another client. */
    final Answer put(String key, String value, String... more) {
        return put(key, value.getBytes(StandardCharsets.UTF_8), more);
    }

    final Answer put(String key, byte[] value, String... more) {
        String[] all = new String[headers().length + more.length];
        System.arraycopy(headers(), 0, all, 0, headers().length);
        System.arraycopy(more, 0, all, headers().length, more.length);
        Answer answer = http.request("PUT", "/keys/" + encoded(key), value, all);
        assertThat(answer.status()).isIn(200, 201);
        return answer;
    }

    final Answer get(String key) {
        return http.get("/keys/" + encoded(key), headers());
    }

    /** Waits until the page reports a change of the key, and checks that the store has this value. */
    final void awaitStored(String key, String value) {
        browser.awaitText("#message-text", key);
        assertThat(get(key).text()).isEqualTo(value);
    }
}
