package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.Seed;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestWatcher;
import io.kvstore.testing.TestWatcher.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watchers while clients write: no watcher misses a change, even if it reconnects. */
@EveryMode
@Timeout(120)
class WatchersTest extends ServedTest {

    private static final int WRITERS = 8;
    private static final int KEYS = 40;

    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

    @AfterEach
    void endWriters() {
        writers.shutdownNow();
    }

    /** Starts writers that change keys; each returns its acknowledged changes as short forms of events, by revision. */
    private List<CompletableFuture<Map<Long, String>>> write(int count, int times, String format) {
        Random seeds = new Random(Seed.draw("WatchersTest, writers, mode " + mode));
        List<CompletableFuture<Map<Long, String>>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seed = seeds.nextLong();
            running.add(CompletableFuture.supplyAsync(() -> write(new Random(seed), times, format), writers));
        }
        return running;
    }

    private Map<Long, String> write(Random random, int times, String format) {
        Map<Long, String> done = new HashMap<>();
        try (RawHttp http = connect()) {
            for (int i = 0; i < times; i++) {
                String key = String.format(format, random.nextInt(KEYS));
                boolean delete = random.nextInt(3) == 0;
                Answer answer =
                        delete ? http.request("DELETE", "/keys/" + key) : http.put("/keys/" + key, "v".repeat(i % 100));
                if (answer.status() != 404) {
                    assertThat(answer.status()).isLessThan(300);
                    done.put(answer.revision(), (delete ? "delete " : "put ") + key + " " + answer.revision());
                }
            }
        }
        return done;
    }

    private static Map<Long, String> join(List<CompletableFuture<Map<Long, String>>> running) {
        Map<Long, String> all = new TreeMap<>();
        running.forEach(each -> all.putAll(each.join()));
        return all;
    }

    @Test
    void watcher_thatReconnectsGetsEveryChangeOnce() {
        Random random = new Random(Seed.draw("WatchersTest, mode " + mode));
        List<CompletableFuture<Map<Long, String>>> running = write(WRITERS, 150, "k%d");
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            join(running);
            http().put("/keys/last", "x");
        });
        List<String> seen = new ArrayList<>();
        String id = "0";
        boolean last = false;
        while (!last) {
            try (TestWatcher watcher = TestWatcher.open(server().port(), "/watch", "Last-Event-ID: " + id)) {
                for (int left = 1 + random.nextInt(60); left > 0 && !last; left--) {
                    String event = watcher.next().brief();
                    last = event.startsWith("put last ");
                    if (!last) {
                        seen.add(event);
                    }
                }
                id = watcher.lastId();
            }
        }
        writing.join();
        assertThat(seen).containsExactlyElementsOf(join(running).values());
    }

    @Test
    void initial_duringWritesLeadsToTheCurrentState() throws IOException {
        for (int i = 0; i < 2_300; i++) {
            http().put("/keys/" + String.format("k%d-%04d", i % KEYS, i), "x");
        }
        List<CompletableFuture<Map<Long, String>>> running = write(WRITERS, 100, "k%d-x");
        Map<String, Long> revisions = new HashMap<>();
        TreeMap<String, String> state = new TreeMap<>();
        boolean synced = false;
        try (TestWatcher watcher = TestWatcher.open(server().port(), "/watch?initial=true")) {
            while (true) {
                Event event = watcher.next();
                if (event.kind().equals("synced")) {
                    synced = true;
                    join(running);
                    http().put("/keys/last", "x");
                    continue;
                }
                assertThat(event.id() != null).isEqualTo(synced);
                assertThat(synced || event.kind().equals("put")).isTrue();
                assertThat(event.revision()).as(event.key()).isGreaterThan(revisions.getOrDefault(event.key(), 0L));
                revisions.put(event.key(), event.revision());
                if (event.kind().equals("put")) {
                    state.put(event.key(), event.data().get("value").textValue());
                } else {
                    state.remove(event.key());
                }
                if (event.key().equals("last")) {
                    break;
                }
            }
        }
        JsonNode all = http().get("/keys").json();
        Map<String, String> present = new TreeMap<>();
        all.fieldNames()
                .forEachRemaining(name -> present.put(name, all.get(name).textValue()));
        assertThat(state).isEqualTo(present);
    }

    @Test
    void watcher_thatDoesNotReadIsResetAndDelaysNoOther() {
        String large = "v".repeat(1 << 20);
        try (TestWatcher slow = TestWatcher.open(server().port(), 4_096, "/watch?prefix=large");
                TestWatcher quick = TestWatcher.open(server().port(), "/watch?values=false")) {
            long newest = 0;
            for (int i = 0; i < 48; i++) {
                newest = http().put("/keys/large", large).revision();
                assertThat(quick.next().revision()).isEqualTo(newest);
            }
            long expected = 0;
            Event event = slow.next();
            for (; event.kind().equals("put"); event = slow.next()) {
                assertThat(event.revision()).isEqualTo(++expected);
            }
            assertThat(event.kind()).isEqualTo("reset");
            assertThat(event.id()).isNull();
            assertThat(event.data().get("oldest").longValue()).isLessThanOrEqualTo(newest);
            assertThat(event.revision()).isEqualTo(newest);
            assertThat(slow.next()).isNull();
            assertThat(expected).isLessThan(newest);
            http().put("/keys/other", "x");
            assertThat(quick.next().key()).isEqualTo("other");
        }
    }

    @Test
    void manyWatchers_leaveThreadsToOtherRequests() {
        Map<String, TestWatcher> watchers = new HashMap<>();
        try {
            for (int i = 0; i < 100; i++) {
                watchers.put("k" + i, TestWatcher.open(server().port(), "/watch?prefix=k" + i + "-"));
            }
            watchers.forEach((key, watcher) -> {
                http().put("/keys/" + key + "-a", "x");
                assertThat(watcher.next().key()).isEqualTo(key + "-a");
            });
        } finally {
            watchers.values().forEach(TestWatcher::close);
        }
    }
}
