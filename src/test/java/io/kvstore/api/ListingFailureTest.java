package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.keyspace.FaultyStore;
import io.kvstore.server.Server;
import io.kvstore.store.StoreException;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests responses about many keys if the store fails or changes while they are sent. */
@Tag("http")
class ListingFailureTest {

    private static final String SECRET = "/var/lib/secret/segment-7.log";

    private final FaultyStore store = new FaultyStore();
    private Server server;
    private RawHttp http;

    @BeforeEach
    void start() {
        server = TestServer.over(store::keyspace);
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    /** Makes a method of the store fail from its n-th call on. */
    private void failFrom(int call, String method, RuntimeException failure) {
        AtomicInteger calls = new AtomicInteger();
        store.on(method, () -> {
            if (calls.incrementAndGet() >= call) {
                throw failure;
            }
        });
    }

    private void fill(int count) {
        fill(IntStream.range(0, count).mapToObj(i -> String.valueOf(10_000 + i)));
    }

    /** Writes keys that hardly compress. Their first page exceeds what the server buffers before it sends the headers. */
    private void fillLong() {
        Random random = new Random(5);
        fill(IntStream.range(0, 1_600).mapToObj(i -> {
            byte[] noise = new byte[60];
            random.nextBytes(noise);
            return (10_000 + i) + HexFormat.of().formatHex(noise);
        }));
    }

    private void fill(Stream<String> keys) {
        String value = "x".repeat(100);
        String rows = keys.map(key -> "{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}\n")
                .collect(Collectors.joining());
        assertThat(http.request("POST", "/import", rows.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "page,  /keys,                     application/json",
        "page,  /keys,                     application/x-ndjson",
        "page,  /keys?limit=1500,          application/x-ndjson",
        "secondaryKeys, /keys?values=false,        application/json",
        "page,  /export,                   */*",
    })
    void listing_thatFailsMidwayIsCutOff(String method, String target, String accept) {
        fillLong();
        failFrom(2, method, new StoreException.Damaged(SECRET, null));
        Answer answer = http.get(target, "Accept: " + accept);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text()).doesNotEndWith("}\n}").doesNotEndWith("]").doesNotContain("\"end\"");
        assertThat(http.isClosedByServer()).isTrue();
    }

    @Test
    void export_thatFailsMidwayIsTruncatedGzip() throws IOException {
        fillLong();
        failFrom(2, "page", new StoreException.Damaged(SECRET, null));
        Answer answer = http.get("/export", "Accept-Encoding: gzip");
        assertThat(answer.complete()).isFalse();
        Assertions.assertThatThrownBy(() -> new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/keys?values=false", "/keys?count=true&prefix=1", "/keys?limit=1&values=false", "/keys?regex=x"
            })
    void listing_thatFailsBeforeTheFirstByteIsAProblem(String target) {
        fill(1);
        store.fail("secondaryKeys", new StoreException.Damaged(SECRET, null));
        store.fail("page", new StoreException.Damaged(SECRET, null));
        Answer answer = http.get(target);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).doesNotContain("secret");
        assertThat(http.get("/export").header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void page_whoseEndCannotBeFoundIsAProblem() {
        fill(1_600);
        store.fail("secondaryKeys", new StoreException.Damaged(SECRET, null));
        assertThat(http.get("/keys?limit=1500").status()).isEqualTo(500);
    }

    @Test
    void count_ofAllDoesNotScan() {
        fill(3);
        store.fail("secondaryKeys", new StoreException.Damaged(SECRET, null));
        store.fail("page", new StoreException.Damaged(SECRET, null));
        assertThat(http.get("/keys?count=true").text()).isEqualTo("{\"count\":3}");
    }

    @Test
    void head_ofAllDoesNotScan() {
        fill(3);
        AtomicInteger reads = new AtomicInteger();
        store.on("secondaryKeys", reads::incrementAndGet);
        store.on("page", reads::incrementAndGet);
        assertThat(http.request("HEAD", "/keys").header("KV-Count")).isEqualTo("3");
        assertThat(reads).hasValue(0);
    }

    @Test
    void limit_readsOnlyOnePageIfThatSuffices() {
        fill(3_000);
        AtomicInteger reads = new AtomicInteger();
        store.on("secondaryKeys", reads::incrementAndGet);
        store.on("page", reads::incrementAndGet);
        http.get("/keys?limit=100");
        assertThat(reads).as("only one page").hasValue(1);
    }

    @Test
    void limit_stopsReadingAtTheEndOfThePage() {
        fill(4_500);
        AtomicInteger reads = new AtomicInteger();
        store.on("page", reads::incrementAndGet);
        assertThat(http.get("/keys?limit=1200").text())
                .endsWith("}")
                .contains("\"11199\"")
                .doesNotContain("\"11200\"");
        assertThat(reads).as("the buffered page and the last one").hasValue(2);
    }

    /** Adds and deletes keys after the server has found the end of the page and before it reads the values. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void page_keepsItsEndIfKeysChangeWhileItIsSent(boolean reverse) throws IOException {
        String large = "x".repeat(300_000);
        for (int i = 10; i < 30; i++) {
            http.put("/keys/" + i, large);
        }
        AtomicInteger walks = new AtomicInteger();
        AtomicInteger pages = new AtomicInteger();
        store.on("secondaryKeys", walks::incrementAndGet);
        store.on("page", () -> {
            if (walks.get() > 0 && pages.getAndIncrement() == 0) {
                try (RawHttp other = RawHttp.connect(server.port())) {
                    for (int i = 10; i < 30; i++) {
                        other.put("/keys/" + i + "-new", "x");
                    }
                    other.request("DELETE", "/keys/20");
                    other.put("/keys/21", "another value of the same key");
                }
            }
        });
        Answer first = http.get("/keys?limit=15&reverse=" + reverse);
        store.on("page", () -> {});
        assertThat(pages).as("changed while being read").hasPositiveValue();
        List<String> rows = keys(first);
        assertThat(rows).hasSize(14).noneMatch(key -> key.endsWith("-new") || key.equals("20"));
        List<String> all = new ArrayList<>(rows);
        all.addAll(
                keys(http.get("/keys?limit=100000&reverse=" + reverse + "&cursor=" + first.header("KV-Next-Cursor"))));
        all.removeIf(key -> key.endsWith("-new"));
        List<String> stable = new ArrayList<>();
        for (int i = 10; i < 30; i++) {
            if (i != 20) {
                stable.add(reverse ? 0 : stable.size(), Integer.toString(i));
            }
        }
        assertThat(all).isEqualTo(stable);
    }

    private static List<String> keys(Answer answer) throws IOException {
        List<String> keys = new ArrayList<>();
        answer.json().fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void delete_thatFailsMidwayReportsTheDeletedKeys() {
        fill(2_500);
        failFrom(3, "commit", new StoreException.ReadOnly(SECRET, true, new IOException(SECRET)));
        Answer answer = http.request("DELETE", "/keys?all=true");
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains("2000 keys were deleted").doesNotContain("secret");
        assertThat(http.get("/keys?count=true").text()).isEqualTo("{\"count\":500}");
    }

    @Test
    void delete_thatFailsAtTheFirstCommitDeletesNothing() {
        fill(3);
        store.fail("commit", new StoreException.ReadOnly(SECRET, false, new IOException(SECRET)));
        Answer answer = http.request("DELETE", "/keys?all=true");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.text()).contains("nothing was changed").doesNotContain("were deleted");
        assertThat(http.get("/keys?count=true").text()).isEqualTo("{\"count\":3}");
    }

    @Test
    void delete_removesTheKeysThatExistAtItsCommit() {
        fill(5);
        AtomicInteger commits = new AtomicInteger();
        // After the keys are listed and before their deletion is committed, one is deleted and one is overwritten.
        store.on("commit", () -> {
            if (commits.getAndIncrement() == 0) {
                try (RawHttp other = RawHttp.connect(server.port())) {
                    other.request("DELETE", "/keys/10001");
                    other.put("/keys/10002", "new");
                }
            }
        });
        assertThat(http.request("DELETE", "/keys?all=true").text()).isEqualTo("{\"deleted\":4,\"revision\":4}");
    }
}
