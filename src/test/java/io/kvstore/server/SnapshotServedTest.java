package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot over HTTP, and a server that restores it. */
@EveryMode
@Timeout(120)
class SnapshotServedTest extends ServedTest {

    private static final int WRITERS = 8;
    private static final int LARGE = 2 << 20;
    private static final int SMALL_BUFFER = 16 << 10;

    @TempDir
    Path backups;

    /** The change of a key at a revision; the value is null for a deletion. */
    private record Change(String key, byte[] value, String type) {}

    private Path file(byte[] snapshot) throws IOException {
        return Files.write(backups.resolve("kvstore.snapshot"), snapshot);
    }

    private Server restored(StorageMode target, Path file) {
        return TestServer.start(
                target, backups.resolve("target" + target.number()), clock, "--restore", file.toString());
    }

    @Test
    void get_returnsAFileToSave() throws IOException {
        http().put("/keys/a", "x");
        Answer answer = http().get("/snapshot");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.revision()).isEqualTo(1);
        assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"kvstore-1.snapshot\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("ETag")).isNull();
        assertThat(answer.header("Accept-Ranges")).isNull();
        assertThat(answer.text()).startsWith("KVSNAPSH");
        Answer head = http().request("HEAD", "/snapshot");
        assertThat(head.status()).isEqualTo(200);
        for (String name : new String[] {"KV-Revision", "Content-Type", "Content-Disposition", "Cache-Control"}) {
            assertThat(head.header(name)).as(name).isEqualTo(answer.header(name));
        }
        assertThat(http().get("/livez").text()).as("the connection is kept").isEqualTo("ok");
    }

    @Test
    void otherMethodsAndParameters_areRejected() {
        Answer post = http().request("POST", "/snapshot");
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(http().get("/snapshot?prefix=a").status()).isEqualTo(400);
    }

    private static Instant date(Answer answer) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.parse(answer.header("Last-Modified"), Instant::from);
    }

    @Test
    void restore_keepsBytesTypesTimesAndExpiry() throws IOException {
        clock.advance(Duration.ZERO);
        http().request("PUT", "/keys/binary", new byte[] {(byte) 0xFF, 0, 10}, "Content-Type: image/png", "KV-TTL: 60");
        http().put("/keys/due", "x", "KV-TTL: 5");
        http().put("/keys/%C3%A4/b", "", "Content-Type: text/csv");
        Answer source = http().get("/keys/binary");
        Path file = file(http().get("/snapshot").body());
        clock.advance(Duration.ofSeconds(10));
        for (StorageMode target : StorageMode.values()) {
            try (Server server = restored(target, file);
                    RawHttp http = RawHttp.connect(server.port())) {
                Answer binary = http.get("/keys/binary");
                assertThat(binary.body()).isEqualTo(source.body());
                assertThat(binary.header("Content-Type")).isEqualTo("image/png");
                assertThat(date(binary))
                        .as("the time of the change, rounded up unless the second is not over")
                        .isBetween(date(source), date(source).plusSeconds(1));
                assertThat(binary.header("KV-TTL")).isEqualTo("50");
                assertThat(binary.revision()).isEqualTo(1);
                assertThat(binary.header("ETag"))
                        .as("a new epoch")
                        .endsWith("-1\"")
                        .isNotEqualTo(source.header("ETag"));
                assertThat(http.get("/keys/due").status()).isEqualTo(404);
                assertThat(http.get("/keys/%C3%A4/b").header("Content-Type")).isEqualTo("text/csv");
                assertThat(http.put("/keys/new", "x").revision()).isGreaterThan(3);
            }
        }
    }

    @Test
    void get_duringWritesReturnsTheStateOfOneRevision() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Map<Long, Change> changes = new ConcurrentSkipListMap<>();
        Random random = new Random(seed);
        for (int i = 0; i < 6; i++) {
            byte[] large = new byte[LARGE];
            random.nextBytes(large);
            put(http(), new Change("large" + i, large, "image/png"), changes);
        }
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(10 * WRITERS);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        byte[] snapshot;
        long from;
        try (RawHttp reader = RawHttp.connect(server().port(), SMALL_BUFFER)) {
            reader.head("GET /snapshot HTTP/1.1");
            for (int i = 0; i < WRITERS; i++) {
                Random own = new Random(seed + i);
                writers.add(CompletableFuture.runAsync(
                        () -> write(own, stop, busy, changes), command -> new Thread(command, "writer").start()));
            }
            busy.await();
            Answer answer = reader.answer();
            assertThat(answer.complete()).isTrue();
            snapshot = answer.body();
            from = answer.revision();
        } finally {
            stop.set(true);
            writers.forEach(CompletableFuture::join);
        }
        assertThat(changes).as("known revisions").hasSize((int)
                http().get("/keys/none").revision());
        Path file = file(snapshot);
        for (StorageMode target : StorageMode.values()) {
            try (Server server = restored(target, file);
                    RawHttp http = RawHttp.connect(server.port())) {
                long revision = http.get("/keys/none").revision();
                assertThat(revision).isGreaterThan(from);
                Map<String, Change> state = new HashMap<>();
                changes.forEach((each, change) -> {
                    if (each <= revision) {
                        state.put(change.key(), change);
                    }
                });
                state.values().forEach(change -> check(http, change, "seed " + seed + ", mode " + target.label()));
                long keys = state.values().stream()
                        .filter(change -> change.value() != null)
                        .count();
                assertThat(http.request("HEAD", "/keys").header("KV-Count")).isEqualTo(Long.toString(keys));
            }
        }
    }

    private void write(Random random, AtomicBoolean stop, CountDownLatch busy, Map<Long, Change> changes) {
        try (RawHttp http = connect()) {
            while (!stop.get()) {
                String key = random.nextInt(4) == 0 ? "large" + random.nextInt(6) : "key" + random.nextInt(200);
                byte[] value = new byte[random.nextInt(100)];
                random.nextBytes(value);
                if (random.nextInt(3) > 0) {
                    put(http, new Change(key, value, "type/" + random.nextInt(9)), changes);
                } else {
                    Answer answer = http.request("DELETE", "/keys/" + key);
                    if (answer.status() == 200) {
                        changes.put(answer.revision(), new Change(key, null, null));
                    }
                }
                busy.countDown();
            }
        }
    }

    private static void put(RawHttp http, Change change, Map<Long, Change> changes) {
        Answer answer = http.request("PUT", "/keys/" + change.key(), change.value(), "Content-Type: " + change.type());
        assertThat(answer.status()).isIn(200, 201);
        changes.put(answer.revision(), change);
    }

    private static void check(RawHttp http, Change change, String what) {
        Answer answer = http.get("/keys/" + change.key());
        if (change.value() == null) {
            assertThat(answer.status()).as(what).isEqualTo(404);
        } else {
            assertThat(answer.body()).as(what).isEqualTo(change.value());
            assertThat(answer.header("Content-Type")).as(what).isEqualTo(change.type());
        }
    }

    @Test
    void get_readTooSlowlyIsTruncatedAndNotRestored() throws IOException {
        byte[] large = new byte[4 << 20];
        byte[] snapshot;
        try (Server forgetful = TestServer.start(mode, backups.resolve("forgetful"), "--watch_history", "1");
                RawHttp http = RawHttp.connect(forgetful.port());
                RawHttp slow = RawHttp.connect(forgetful.port(), SMALL_BUFFER)) {
            for (int i = 0; i < 4; i++) {
                http.request("PUT", "/keys/" + i, large);
            }
            slow.head("GET /snapshot HTTP/1.1");
            for (int i = 0; i < 10; i++) {
                http.request("PUT", "/keys/other", large);
            }
            http.request("POST", "/admin/checkpoint");
            Answer answer = slow.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isFalse();
            assertThat(answer.body()).isNotEmpty();
            snapshot = answer.body();
        }
        Path file = file(snapshot);
        assertThatThrownBy(() -> restored(mode, file))
                .isInstanceOf(StoreException.Damaged.class)
                .hasMessageContaining("the snapshot is incomplete");
        assertThat(backups.resolve("target" + mode.number())).doesNotExist();
    }
}
