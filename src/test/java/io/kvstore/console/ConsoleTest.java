package io.kvstore.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the files of the console are served. The other tests of this package run the console in a browser. */
@Tag("http")
class ConsoleTest {

    private static final Path SOURCES = Path.of("src/main/resources/io/kvstore/console");

    /** The header that a browser sends when a user enters an address. */
    private static final String BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
            + "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";

    private Server server;
    private RawHttp http;

    @BeforeEach
    void start() {
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"));
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String source(String name) throws IOException {
        return Files.readString(SOURCES.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BROWSER,
                "Accept: text/html",
                "Accept: text/*;q=0.1, text/html",
                "Accept: application/json;q=0.5, text/html"
            })
    void root_isThePageForClientsThatPreferHtml(String accept) throws IOException {
        Answer answer = http.get("/", accept);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(answer.text()).isEqualTo(source("index.html"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: */*",
                "Accept: application/json",
                "Accept: application/json, text/html",
                "Accept: text/html;q=0",
                "Accept: text/html;q=0.4, */*;q=0.5",
                "X-Request-Id: a"
            })
    void root_isTheListForOtherClients(String accept) {
        Answer answer = http.get("/", accept);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(answer.text()).startsWith("[{\"path\":\"/\"");
    }

    @Test
    void everyFile_isServedWithItsMediaType() throws IOException {
        List<String> served = new ArrayList<>(Console.FILES);
        served.add("index.html");
        assertThat(served).containsExactlyInAnyOrderElementsOf(sources());
        for (String name : Console.FILES) {
            Answer answer = http.get("/console/" + name);
            assertThat(answer.status()).as(name).isEqualTo(200);
            assertThat(answer.text()).as(name).isEqualTo(source(name));
            String type = answer.header("Content-Type");
            if (name.endsWith(".js")) {
                assertThat(type).isEqualTo("text/javascript; charset=utf-8");
            } else if (name.endsWith(".css")) {
                assertThat(type).isEqualTo("text/css; charset=utf-8");
            } else {
                assertThat(type).isEqualTo("image/svg+xml");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/main.js", "/console/style.css", "/console/icon.svg"})
    void everyFile_hasASecurityPolicy(String path) {
        Answer answer = http.get(path, "Accept: text/html");
        assertThat(answer.header("Content-Security-Policy").split("; "))
                .containsExactly(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "img-src 'self' blob:",
                        "connect-src 'self'",
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'",
                        "trusted-types 'none'");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/main.js"})
    void file_thatTheClientHasIsNotSentAgain(String path) {
        String tag = http.get(path, "Accept: text/html").header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
            Answer answer = http.get(path, "Accept: text/html", "If-None-Match: " + known);
            assertThat(answer.status()).as(known).isEqualTo(304);
            assertThat(answer.header("ETag")).isEqualTo(tag);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        }
        assertThat(http.get(path, "Accept: text/html", "If-None-Match: \"other\"")
                        .status())
                .isEqualTo(200);
        assertThat(http.get("/console/style.css").header("ETag")).isNotEqualTo(tag);
    }

    @ParameterizedTest
    @CsvSource({"/,text/html", "/console/main.js,*/*"})
    void file_isReadOnly(String path, String accept) {
        Answer head = http.request("HEAD", path, "Accept: " + accept);
        assertThat(head.status()).isEqualTo(200);
        assertThat(Integer.parseInt(head.header("Content-Length")))
                .isEqualTo(http.get(path, "Accept: " + accept).body().length);
        Answer options = http.request("OPTIONS", path, "Accept: " + accept);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        Answer put = http.put(path, "x", "Accept: " + accept);
        assertThat(put.status()).isEqualTo(405);
        assertThat(put.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(http.get(path + "?a=b", "Accept: " + accept).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/",
                "/console/index.html",
                "/console/none.js",
                "/console/../console/main.js",
                "/console/%6dain.js",
                "/console/..%2Fapi%2FConsole.class"
            })
    void missingFile_is404(String path) {
        assertThat(http.get(path, BROWSER).status()).isEqualTo(404);
    }

    @Test
    void modules_loadNothingFromOutsideAndCreateNoHtmlFromData() throws IOException {
        for (String name : sources()) {
            String text = source(name);
            assertThat(text)
                    .as(name)
                    .doesNotContainPattern("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|eval\\(")
                    .doesNotContainPattern("new Function|setAttribute\\(\"style\"|srcdoc|import\\(");
            if (name.endsWith(".html")) {
                assertThat(text)
                        .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|<script(?! type=\"module\" src=)");
            }
            Matcher addresses = Pattern.compile("https?://[^\"']+").matcher(text);
            while (addresses.find()) {
                assertThat(addresses.group())
                        .as(name)
                        .isEqualTo("http://www.w3.org/2000/svg"); // the name of the SVG namespace
            }
            Matcher imports = Pattern.compile("from \"([^\"]+)\"").matcher(text);
            while (imports.find()) {
                assertThat(imports.group(1)).as(name).startsWith("./");
                assertThat(Console.FILES).as(name).contains(imports.group(1).substring(2));
            }
        }
    }
}
