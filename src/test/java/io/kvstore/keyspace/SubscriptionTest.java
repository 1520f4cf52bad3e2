package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows and changes that a subscription returns. */
@Tag("contract")
@Timeout(60)
@ParameterizedClass
@EnumSource(StorageMode.class)
class SubscriptionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final StorageMode mode;

    @TempDir
    Path folder;

    private Keyspace keyspace;

    SubscriptionTest(StorageMode mode) {
        this.mode = mode;
    }

    @BeforeEach
    void open() {
        keyspace = new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(mode, mode == StorageMode.MEMORY ? null : folder.resolve("data"))),
                InstantSource.system());
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static Command put(String key, int bytes) {
        Content content = new Content("v".repeat(bytes).getBytes(StandardCharsets.UTF_8), null);
        return new Command.Put(Key.of(key), content, Expiry.NEVER, Conditions.NONE);
    }

    private static Command delete(String key) {
        return new Command.Delete(Key.of(key), Conditions.NONE);
    }

    private static List<String> read(Subscription subscription, int count) throws InterruptedException {
        List<String> read = new ArrayList<>();
        while (read.size() < count) {
            for (Event event : subscription.next(TIMEOUT)) {
                read.add(event.revision() + "." + event.index() + (event.value() == null ? " -" : " ") + event.key());
            }
        }
        return read;
    }

    @Test
    void next_returnsEachChangeOfACommit() throws InterruptedException {
        try (Subscription all = keyspace.subscribe(Selection.ALL, null);
                Subscription some = keyspace.subscribe(Selection.ALL.prefix(Key.of("b")), null)) {
            keyspace.executeAll(List.of(put("a", 1), put("b", 1), delete("a"), put("b", 2), put("b/c", 1)));
            keyspace.executeAll(List.of(delete("none")));
            keyspace.execute(delete("b"));
            assertThat(read(all, 6)).containsExactly("1.0 a", "1.1 b", "1.2 -a", "1.3 b", "1.4 b/c", "2.0 -b");
            assertThat(read(some, 4)).containsExactly("1.1 b", "1.3 b", "1.4 b/c", "2.0 -b");
        }
    }

    @Test
    void subscribe_withinACommitContinuesWithTheRestOfIt() throws InterruptedException {
        keyspace.executeAll(List.of(put("a", 1), put("b", 1), put("c", 1)));
        keyspace.execute(put("d", 1));
        try (Subscription rest = keyspace.subscribe(Selection.ALL, new Position(1, 0));
                Subscription whole = keyspace.subscribe(Selection.ALL, Position.after(1));
                Subscription none = keyspace.subscribe(Selection.ALL, new Position(2, 0))) {
            assertThat(read(rest, 3)).containsExactly("1.1 b", "1.2 c", "2.0 d");
            assertThat(read(whole, 1)).containsExactly("2.0 d");
            keyspace.execute(put("e", 1));
            assertThat(read(none, 1)).containsExactly("3.0 e");
        }
    }

    @Test
    void subscribe_outsideOfTheHistoryFails() {
        keyspace.execute(put("a", 1));
        for (Position bad : List.of(Position.after(2), new Position(2, 0), new Position(0, 0))) {
            assertThatThrownBy(() -> keyspace.subscribe(Selection.ALL, bad))
                    .isInstanceOf(StoreException.HistoryGone.class);
        }
    }

    @Test
    void next_neverReturnsAPartOfACommit() throws InterruptedException {
        int writers = 4;
        long times = 100;
        try (Subscription subscription = keyspace.subscribe(Selection.ALL, null)) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                running.add(CompletableFuture.runAsync(() -> {
                    for (int j = 0; j < times; j++) {
                        keyspace.executeAll(List.of(put("x", 1), put("y", 1), put("z", 1)));
                    }
                }));
            }
            long revision = 0;
            while (revision < writers * times) {
                List<Event> events = subscription.next(TIMEOUT);
                for (int i = 0; i < events.size(); i++) {
                    revision += i % 3 == 0 ? 1 : 0;
                    assertThat(events.get(i).revision()).isEqualTo(revision);
                    assertThat(events.get(i).index()).isEqualTo(i % 3);
                }
                assertThat(events.size() % 3).isZero();
            }
            running.forEach(CompletableFuture::join);
        }
    }

    @Test
    void rows_ofSeveralRangesHideNoChangesMadeMeanwhile() throws InterruptedException {
        keyspace.executeAll(List.of(put("a/1", 1), put("b/1", 1), put("c/1", 1)));
        KeyRanges ranges = new KeyRanges(List.of(KeyRange.prefix(Key.of("a/")), KeyRange.prefix(Key.of("c/"))));
        try (Subscription subscription = keyspace.subscribe(Selection.ALL.within(ranges), null)) {
            assertThat(subscription.rows())
                    .extracting(row -> row.getKey().toString())
                    .containsExactly("a/1");
            keyspace.execute(put("a/2", 1)); // after the last row of a range that was read
            keyspace.execute(put("b/2", 1)); // in no selected range
            keyspace.execute(put("c/0", 1)); // in a range that was not read yet
            assertThat(subscription.rows())
                    .extracting(row -> row.getKey().toString())
                    .containsExactly("c/0", "c/1");
            assertThat(subscription.rows()).isNull();
            keyspace.execute(put("c/2", 1));
            assertThat(read(subscription, 2)).containsExactly("2.0 a/2", "5.0 c/2");
        }
    }

    @Test
    void rows_andTheChangesAfterThemMissAndRepeatNothing() throws InterruptedException {
        for (int i = 0; i < 2_500; i += 100) {
            List<Command> some = new ArrayList<>();
            for (int j = i; j < i + 100; j++) {
                some.add(put("k" + (10_000 + j), 1));
            }
            keyspace.executeAll(some);
        }
        try (Subscription subscription = keyspace.subscribe(Selection.ALL.prefix(Key.of("k")), null)) {
            assertThat(subscription.rows()).hasSize(1_000);
            keyspace.execute(put("k10000", 2)); // on a page that was read
            keyspace.execute(put("k11500", 2)); // on a page that was not read yet
            keyspace.execute(delete("k12400"));
            keyspace.execute(put("k11500", 3));
            List<Map.Entry<Key, Value>> second = subscription.rows();
            assertThat(second.get(500).getValue().revision()).isEqualTo(29);
            keyspace.execute(put("k11500", 4));
            assertThat(subscription.rows()).hasSize(499);
            assertThat(subscription.rows()).isNull();
            assertThat(subscription.position()).isEqualTo(Position.after(25));
            keyspace.execute(put("l", 1));
            keyspace.execute(put("k12400", 1));
            assertThat(read(subscription, 3)).containsExactly("26.0 k10000", "30.0 k11500", "32.0 k12400");
        }
    }

    @Test
    void next_failsIfTheReaderWasTooSlow() throws InterruptedException {
        try (Subscription slow = keyspace.subscribe(Selection.ALL, null);
                Subscription other = keyspace.subscribe(Selection.ALL.prefix(Key.of("b")), null)) {
            assertThat(slow.next(Duration.ZERO)).isEmpty();
            for (int i = 0; i < 20; i++) {
                keyspace.execute(put("a", 1 << 20));
            }
            keyspace.execute(put("b", 1));
            assertThat(read(other, 1)).containsExactly("21.0 b");
            assertThatThrownBy(() -> slow.next(TIMEOUT)).isInstanceOf(StoreException.HistoryGone.class);
        }
    }

    @Test
    void next_readsFromTheHistoryWhatOverflowedBeforeTheFirstCall() throws InterruptedException {
        try (Subscription subscription = keyspace.subscribe(Selection.ALL, null);
                Subscription other = keyspace.subscribe(Selection.ALL.prefix(Key.of("b")), null)) {
            for (int i = 0; i < 20; i++) {
                keyspace.execute(put("a", 1 << 20));
            }
            keyspace.execute(put("b", 1));
            read(other, 1); // by then all commits have been offered to both
            assertThat(read(subscription, 21)).startsWith("1.0 a").endsWith("20.0 a", "21.0 b");
        }
    }

    @Test
    void position_advancesThoughNoSelectedKeyChanges() throws InterruptedException {
        try (Subscription other = keyspace.subscribe(Selection.ALL.prefix(Key.of("b")), null);
                Subscription none = keyspace.subscribe(Selection.ALL.prefix(Key.of("c")), null)) {
            keyspace.execute(put("a", 1));
            keyspace.execute(put("b", 1));
            keyspace.execute(put("b", 1));
            read(other, 2);
            while (none.position().revision() < 3) {
                assertThat(none.next(Duration.ofMillis(1))).isEmpty();
            }
            assertThat(none.position()).isEqualTo(Position.after(3));
        }
    }

    @Test
    void endSubscriptions_endsThemAndRejectsNewOnes() throws InterruptedException {
        try (Subscription subscription = keyspace.subscribe(Selection.ALL, null)) {
            CompletableFuture<Void> ending = CompletableFuture.runAsync(keyspace::endSubscriptions);
            assertThat(subscription.next(TIMEOUT)).isNull();
            ending.join();
            assertThatThrownBy(() -> keyspace.subscribe(Selection.ALL, null)).isInstanceOf(StoreException.Closed.class);
        }
    }
}
