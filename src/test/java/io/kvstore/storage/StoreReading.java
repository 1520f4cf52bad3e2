package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Supplier;

/** Reads a store with every method: each answer must be correct, or the store must report damage. */
final class StoreReading {

    private final CommitStore<String, String> store;
    private StoreException.Damaged damaged;

    StoreReading(CommitStore<String, String> store) {
        this.store = store;
    }

    /** Returns the damage that the store reported, or null if every answer was correct. */
    StoreException.Damaged damaged() {
        return damaged;
    }

    private <R> void read(Supplier<R> reading, R expected, String what) {
        R found;
        try {
            found = reading.get();
        } catch (StoreException.Damaged e) {
            damaged = e;
            return;
        }
        assertThat(found).as(what).isEqualTo(expected);
    }

    void entries(NavigableMap<String, String> expected, Iterable<String> keys) {
        for (String key : keys) {
            read(() -> store.get(key), expected.get(key), key);
        }
        read(store::size, (long) expected.size(), "size");
        read(() -> pages(false), List.copyOf(expected.entrySet()), "entries upwards");
        read(() -> pages(true), List.copyOf(expected.descendingMap().entrySet()), "entries downwards");
        List<String> inSecondaryOrder = expected.keySet().stream()
                .filter(key -> TestCodecs.NUMBERED.of(expected.get(key)) <= 10)
                .sorted((a, b) ->
                        Long.compare(TestCodecs.NUMBERED.of(expected.get(a)), TestCodecs.NUMBERED.of(expected.get(b))))
                .toList();
        read(() -> store.keysUpTo(10, 1_000), inSecondaryOrder, "keysUpTo");
    }

    private List<Map.Entry<String, String>> pages(boolean descending) {
        List<Map.Entry<String, String>> found = new ArrayList<>();
        EntryPageRequest<String> request =
                new EntryPageRequest<>(null, true, null, true, descending, 7, EntryPageRequest.BYTES);
        EntryPage<String, String> page = store.page(request);
        found.addAll(page.entries());
        while (!page.last()) {
            page = store.page(request.after(found.get(found.size() - 1).getKey()));
            found.addAll(page.entries());
        }
        return found;
    }

    void history(List<Commit<String, String>> expected) {
        read(
                () -> {
                    List<Commit<String, String>> found = new ArrayList<>();
                    long after = store.oldestRevision();
                    for (List<Commit<String, String>> page = store.history(after); !page.isEmpty(); ) {
                        found.addAll(page);
                        page = store.history(after + found.size());
                    }
                    return found;
                },
                expected,
                "history");
    }
}
