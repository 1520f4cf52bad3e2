package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests docs/examples/watch.html, which is served from another origin than the server that it watches. */
class EventSourceTest extends BrowserTest {

    private final HttpServer pages;

    EventSourceTest() throws IOException {
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            try (exchange) {
                byte[] page = page().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
            }
        });
        pages.start();
    }

    @AfterAll
    void stopPages() {
        pages.stop(0);
    }

    private String origin() {
        return "http://127.0.0.1:" + pages.getAddress().getPort();
    }

    private String page() {
        try {
            return Files.readString(Path.of("docs/examples/watch.html")).replace("http://127.0.0.1:8080", address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String[] flags() {
        return new String[] {"--cors_origin", origin()};
    }

    @Test
    void page_followsPutsAndDeletions() {
        put("config/a", "before");
        put("other", "x");
        browser().load(origin() + "/");
        browser().await("document.querySelector('#state').textContent === 'live'");
        browser().await("document.querySelector('#entries').textContent === 'config/abefore'");
        put("config/b", "<b>after</b>");
        browser().await("document.querySelector('#entries').textContent === 'config/abeforeconfig/b<b>after</b>'");
        assertThat(http().request("DELETE", "/keys/config/a").status()).isEqualTo(200);
        browser().await("document.querySelector('#entries').textContent === 'config/b<b>after</b>'");
        put("config/c", new byte[] {(byte) 0xff});
        browser().awaitText("#entries", "(binary value)");
    }
}
