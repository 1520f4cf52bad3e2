package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.CommitStore;
import io.kvstore.store.EntryPage;
import io.kvstore.store.SecondaryKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages of a walk, the ranges that it reads, and the counting of keys. */
class WalkTest {

    private Keyspace keyspace;

    @BeforeEach
    void fill() {
        keyspace = new Keyspace(Stores.open(StoreOptions.of(Keyspace.FORMAT)), InstantSource.system());
        for (int i = 0; i < 3_000; i++) {
            Content content = new Content(new byte[] {'x'}, null);
            keyspace.execute(new Command.Put(Key.of("k" + (10_000 + i)), content, Expiry.NEVER, Conditions.NONE));
        }
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static List<Integer> pageSizes(Walk<Long> walk) {
        List<Integer> sizes = new ArrayList<>();
        for (List<Map.Entry<Key, Long>> page = walk.next(); page != null; page = walk.next()) {
            sizes.add(page.size());
        }
        return sizes;
    }

    @Test
    void next_readsWholePagesByDefault() {
        assertThat(pageSizes(keyspace.walkKeys(Selection.ALL, null))).containsExactly(1_000, 1_000, 1_000);
    }

    @Test
    void startingWith_doublesThePagesUpToAWholeOne() {
        assertThat(pageSizes(keyspace.walkKeys(Selection.ALL, null).startingWith(3)))
                .startsWith(3, 6, 12, 24, 48, 96, 192, 384, 768, 1_000);
        assertThat(pageSizes(keyspace.walkKeys(Selection.ALL, null).startingWith(100_001)))
                .containsExactly(1_000, 1_000, 1_000);
    }

    private static Selection prefixes(String... prefixes) {
        return Selection.ALL.within(new KeyRanges(
                Stream.of(prefixes).map(Key::of).map(KeyRange::prefix).toList()));
    }

    private List<String> keys(Selection selection, Key after) {
        List<String> keys = new ArrayList<>();
        Walk<Long> walk = keyspace.walkKeys(selection, after);
        for (List<Map.Entry<Key, Long>> page = walk.next(); page != null; page = walk.next()) {
            assertThat(walk.revision()).isEqualTo(3_000);
            page.forEach(entry -> keys.add(entry.getKey().toString()));
        }
        return keys;
    }

    @Test
    void next_continuesWithTheNextRangeInBothDirections() {
        Selection three = prefixes("k1299", "k1000", "k05", "k1100");
        List<String> up = keys(three, null);
        assertThat(up).hasSize(30).isSorted().startsWith("k10000", "k10001").endsWith("k12998", "k12999");
        List<String> down = keys(three.reversed(), null);
        Collections.reverse(down);
        assertThat(down).isEqualTo(up);
        for (int i = 0; i < up.size(); i++) {
            Key after = Key.of(up.get(i));
            assertThat(keys(three, after)).isEqualTo(up.subList(i + 1, up.size()));
            assertThat(keys(three.reversed(), after)).hasSize(i);
        }
        assertThat(keys(three, Key.of("k105"))).isEqualTo(up.subList(10, 30));
        assertThat(keys(three.reversed(), Key.of("k105"))).hasSize(10);
        assertThat(keys(three, Key.of("z"))).isEmpty();
        assertThat(keys(prefixes(), null)).isEmpty();
    }

    @Test
    void next_readsNothingOutsideOfTheRanges() {
        List<String> read = new ArrayList<>();
        try (CommitStore<Key, Value> store = Stores.open(StoreOptions.of(Keyspace.FORMAT))) {
            for (String key : List.of("a", "b/1", "b/2", "c", "d/1", "e")) {
                store.put(Key.of(key), new Value(new Content(new byte[0], null), 1, 0, SecondaryKey.NONE));
            }
            Walk<Long> walk = new Walk<>(
                    request -> {
                        EntryPage<Key, Long> page = store.secondaryKeys(request);
                        page.entries().forEach(entry -> read.add(entry.getKey().toString()));
                        return page;
                    },
                    expiry -> expiry,
                    prefixes("b/", "d/"),
                    null,
                    new Timeline(InstantSource.system()));
            assertThat(pageSizes(walk)).containsExactly(2, 1);
        }
        assertThat(read).containsExactly("b/1", "b/2", "d/1");
    }

    @Test
    void count_countsTheKeysOfTheSelection() {
        assertThat(keyspace.count(Selection.ALL).keys()).isEqualTo(3_000);
        assertThat(keyspace.count(Selection.ALL.prefix(Key.of("k100"))).keys()).isEqualTo(100);
        assertThat(keyspace.count(Selection.ALL.prefix(Key.of("k100"))).revision())
                .isEqualTo(3_000);
    }
}
