package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.SimulatedDisk;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A store in memory that has reached its bound refuses changes that need more memory, and nothing else. */
@ParameterizedClass
@EnumSource(
        value = StorageMode.class,
        names = {"MEMORY", "LOGGED"})
class MemoryFullTest {

    private static final String VALUE = "v".repeat(1_000);

    private final StoreOptions<String, String> options;
    private final StoreBounds bounds = StoreBounds.of(1 << 30).withTable(100_000);
    private CommitStore<String, String> store;

    MemoryFullTest(StorageMode mode) {
        options = TestCodecs.options()
                .mode(mode, mode == StorageMode.MEMORY ? null : Path.of("/data"))
                .disk(new SimulatedDisk());
    }

    /** Puts values until one is refused; returns how many were accepted. */
    private int fill() {
        for (int i = 0; i < 1_000; i++) {
            try {
                store.put("key" + i, VALUE);
            } catch (StoreException.MemoryFull e) {
                return i;
            }
        }
        throw new AssertionError("100,000 bytes took a thousand values of a thousand bytes");
    }

    @BeforeEach
    void open() {
        store = Stores.open(options, bounds);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void put_isRefusedOnceMemoryIsFull() {
        int filled = fill();
        assertThat(filled).isBetween(50, 100);
        assertThat(store.size()).isEqualTo(filled);
        assertThat(store.revision()).isEqualTo(filled);
        assertThat(store.get("key0")).isEqualTo(VALUE);
        assertThat(store.failure()).isNull();
    }

    @Test
    void changes_thatNeedNoMoreMemoryContinue() {
        int filled = fill();
        assertThat(store.put("key0", "w".repeat(1_000))).isEqualTo(VALUE);
        assertThat(store.put("key0", "")).isNotNull();
        assertThat(store.delete("key1")).isEqualTo(VALUE);
        assertThat(store.put("new", VALUE)).isNull();
        assertThat(store.size()).isEqualTo(filled);
    }

    @Test
    void deletingAll_makesRoomForTheSameAmount() {
        int filled = fill();
        for (int i = 0; i < filled; i++) {
            store.delete("key" + i);
        }
        assertThat(fill()).isEqualTo(filled);
    }

    @Test
    void commit_thatIsRefusedChangesNothing() {
        int filled = fill();
        assertThatThrownBy(() -> store.commit(transaction -> {
                    transaction.put("key0", "");
                    transaction.put("a", VALUE);
                    transaction.put("b", VALUE);
                    return true;
                }))
                .isInstanceOf(StoreException.MemoryFull.class)
                .hasMessageContaining("100000");
        assertThat(store.get("key0")).isEqualTo(VALUE);
        assertThat(store.get("a")).isNull();
        assertThat(store.size()).isEqualTo(filled);
    }
}
