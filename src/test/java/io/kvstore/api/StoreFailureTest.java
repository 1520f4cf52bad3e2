package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.keyspace.FaultyStore;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Value;
import io.kvstore.server.Server;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the responses to clients if the store fails. */
@Tag("http")
class StoreFailureTest {

    private static final String SECRET = "/var/lib/secret/segment-7.log";

    private final FaultyStore store = new FaultyStore();
    private Server server;
    private RawHttp http;

    @BeforeEach
    void start() {
        server = TestServer.over(store::keyspace);
        http = RawHttp.connect(server.port());
        http.put("/keys/a", "x");
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private Answer put(Exception failure) {
        store.fail("commit", failure);
        Answer answer = http.put("/keys/b", "x");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text())
                .doesNotContain("secret")
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
        assertThat(http.get("/keys/a").text()).as("reads still work").isEqualTo("x");
        return answer;
    }

    @Test
    void outcomeUnknown_is507IfTheDiskIsFull() {
        Answer answer = put(new StoreException.OutcomeUnknown(SECRET, true, new IOException(SECRET)));
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.text()).contains("disk is full").contains("unknown");
    }

    @Test
    void outcomeUnknown_is503IfTheDiskIsNotFull() {
        Answer answer = put(new StoreException.OutcomeUnknown(SECRET, false, new IOException(SECRET)));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.text()).contains("unknown");
    }

    @Test
    void readOnly_is507IfTheDiskWasFull() {
        Answer answer = put(new StoreException.ReadOnly(SECRET, true, new IOException(SECRET)));
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.text()).contains("nothing was changed");
    }

    @Test
    void readOnly_is503IfTheDiskWasNotFull() {
        Answer answer = put(new StoreException.ReadOnly(SECRET, false, new IOException(SECRET)));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void closed_is503() {
        Answer answer = put(new StoreException.Closed());
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void tooLarge_is413() {
        assertThat(put(new StoreException.TooLarge(SECRET)).status()).isEqualTo(413);
    }

    private Answer compact(Exception failure) {
        store.fail("compact", failure);
        Answer answer = http.request("POST", "/admin/compact");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).doesNotContain("secret").doesNotContain("Exception");
        return answer;
    }

    @Test
    void compactionFailed_is507IfTheDiskIsTooFull() {
        Answer answer = compact(new StoreException.CompactionFailed(SECRET, true, new IOException(SECRET)));
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.text()).contains("nothing was changed");
    }

    @Test
    void compactionFailed_is503IfTheDiskIsNotFull() {
        Answer answer = compact(new StoreException.CompactionFailed(SECRET, false, new IOException(SECRET)));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void compactionRunning_is409() {
        Answer answer = compact(new StoreException.CompactionRunning());
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text()).contains("already running");
    }

    @Test
    void stop_doesNotWaitForACompaction() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        store.on("compact", () -> {
            started.countDown();
            refused.await();
            throw new StoreException.Closed();
        });
        store.on("refuseCompaction", refused::countDown);
        http.send("POST /admin/compact HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        started.await();
        server.close();
        assertThat(http.answer().status())
                .as("the response to a request that is not cut off")
                .isEqualTo(503);
    }

    @Test
    void unexpectedException_is500() {
        assertThat(put(new IllegalStateException(SECRET)).status()).isEqualTo(500);
    }

    @Test
    void damagedValue_is500AndNever404() {
        store.fail("get", new StoreException.Damaged(SECRET, null));
        Answer answer = http.get("/keys/a");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("damaged").doesNotContain("secret");
        assertThat(http.request("HEAD", "/keys/a").status()).isEqualTo(500);
    }

    @Test
    void outOfMemory_is503() {
        store.on("get", () -> {
            throw new OutOfMemoryError("as if");
        });
        Answer answer = http.get("/keys/a");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("memory");
        store.on("get", () -> {});
        assertThat(http.get("/keys/a").text()).isEqualTo("x");
    }

    @Test
    void listing_thatFailsBeforeTheFirstByteIsAProblem() {
        store.fail("page", new StoreException.Damaged(SECRET, null));
        Answer answer = http.get("/keys");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void listing_thatFailsHalfwayIsCutOff() {
        for (int i = 0; i < 1_500; i++) {
            http.put("/keys/" + i, "x".repeat(100));
        }
        AtomicInteger pages = new AtomicInteger();
        store.on("page", () -> {
            if (pages.incrementAndGet() == 2) {
                throw new StoreException.Damaged(SECRET, null);
            }
        });
        Answer answer = http.get("/keys");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.complete()).isFalse();
        assertThat(answer.text()).doesNotEndWith("}");
        assertThat(http.isClosedByServer()).isTrue();
        try (RawHttp another = RawHttp.connect(server.port())) {
            assertThat(another.get("/keys").complete()).isTrue();
        }
    }

    @Test
    void import_thatFailsHalfwayReportsWhatIsCommitted() {
        AtomicInteger commits = new AtomicInteger();
        store.on("commit", () -> {
            if (commits.incrementAndGet() == 3) {
                throw new StoreException.OutcomeUnknown(SECRET, true, new IOException(SECRET));
            }
        });
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            rows.append("{\"key\":\"k").append(i).append("\",\"value\":\"x\"}\n");
        }
        Answer answer =
                http.request("POST", "/import?mode=replace", rows.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(507);
        assertThat(answer.text()).contains("\"imported\":2000,\"skipped\":0").contains("disk is full");
        assertThat(answer.text()).doesNotContain("secret");
        assertThat(http.request("HEAD", "/keys").header("KV-Count")).isEqualTo("2001");
    }

    @Test
    void absentKey_isReportedWithTheRevisionBeforeTheLastRead() {
        AtomicInteger reads = new AtomicInteger();
        // The key is created after the first read, before the server reads the revision and then the key again.
        store.on("revision", () -> {
            if (reads.getAndIncrement() == 0) {
                try (RawHttp other = RawHttp.connect(server.port())) {
                    other.put("/keys/late", "here");
                }
            }
        });
        assertThat(http.get("/keys/late").text()).isEqualTo("here");
    }

    @Test
    void checkpoint_thatFailsIsReportedLikeAWrite() {
        store.fail("checkpoint", new StoreException.ReadOnly(SECRET, true, new IOException(SECRET)));
        Answer full = http.request("POST", "/admin/checkpoint");
        assertThat(full.status()).isEqualTo(507);
        assertThat(full.text()).doesNotContain("secret");
        store.fail("checkpoint", new StoreException.ReadOnly(SECRET, false, new IOException(SECRET)));
        assertThat(http.request("POST", "/admin/checkpoint").status()).isEqualTo(503);
    }

    @Test
    void stats_reportAReadOnlyStore() throws IOException {
        for (boolean full : new boolean[] {true, false}) {
            SimulatedDisk disk = new SimulatedDisk();
            StoreOptions<Key, Value> options = StoreOptions.of(Keyspace.FORMAT)
                    .mode(StorageMode.LOGGED, Path.of("/data/secret"))
                    .disk(disk);
            try (Server failing = TestServer.over(() -> new Keyspace(Stores.open(options), InstantSource.system()));
                    RawHttp client = RawHttp.connect(failing.port())) {
                if (full) {
                    disk.fillAt(1);
                } else {
                    disk.failFrom(1, SimulatedDisk.Operation.CHANGES);
                }
                assertThat(client.put("/keys/a", "x".repeat(10_000)).status()).isEqualTo(full ? 507 : 503);
                Answer answer = client.get("/stats");
                JsonNode stats = answer.json();
                assertThat(stats.get("writable").booleanValue()).isFalse();
                assertThat(stats.get("failure").textValue()).contains(full ? "disk was full" : "write to disk failed");
                assertThat(answer.text()).doesNotContain("secret");
            }
        }
    }
}
