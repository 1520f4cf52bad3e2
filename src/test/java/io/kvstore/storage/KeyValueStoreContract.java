package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.KeyValueStore;
import io.kvstore.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The promises of every store, whichever engine it has. Each test begins with an empty store. */
public abstract class KeyValueStoreContract {

    /** Returns the store of the test. */
    protected abstract KeyValueStore<String, String> store();

    /** Keys of all kinds, in the order of their bytes. */
    protected List<String> keysInOrder() {
        return List.of("A", "a", "a\0", "a/b", "aa", "z", "\u00e9", "\uffee", "\ud83d\ude00");
    }

    /** Sets many keys to a value, as fast as possible. */
    protected void putAll(List<String> keys, String value) {
        keys.forEach(key -> store().put(key, value));
    }

    @Test
    void get_ofMissingKey_isNull() {
        assertThat(store().get("a")).isNull();
    }

    @Test
    void put_returnsWhatItReplaced() {
        assertThat(store().put("a", "1")).isNull();
        assertThat(store().put("a", "2")).isEqualTo("1");
        assertThat(store().get("a")).isEqualTo("2");
        assertThat(store().size()).isEqualTo(1);
    }

    @Test
    void put_keepsEmptyValuesAndLargeOnes() {
        String large = "x".repeat(300_000);
        store().put("empty", "");
        store().put("large", large);
        assertThat(store().get("empty")).isEmpty();
        assertThat(store().get("large")).isEqualTo(large);
    }

    @Test
    void delete_returnsWhatItRemoved() {
        store().put("a", "1");
        assertThat(store().delete("a")).isEqualTo("1");
        assertThat(store().delete("a")).isNull();
        assertThat(store().get("a")).isNull();
        assertThat(store().size()).isZero();
    }

    @Test
    void put_afterDelete_isNewAgain() {
        store().put("a", "1");
        store().delete("a");
        assertThat(store().put("a", "2")).isNull();
        assertThat(store().get("a")).isEqualTo("2");
        assertThat(store().size()).isEqualTo(1);
    }

    @Test
    void nulls_areRefused() {
        assertThatThrownBy(() -> store().put("a", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().put(null, "1")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().get(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().delete(null)).isInstanceOf(NullPointerException.class);
        assertThat(store().size()).isZero();
    }

    @Test
    void entries_areInOrderOfUnsignedBytes() {
        List<String> expected = keysInOrder();
        List<String> shuffled = new ArrayList<>(expected);
        Collections.reverse(shuffled);
        shuffled.forEach(key -> store().put(key, "v" + key));
        List<String> found = new ArrayList<>();
        store().entries().forEachRemaining(entry -> {
            found.add(entry.getKey());
            assertThat(entry.getValue()).isEqualTo("v" + entry.getKey());
        });
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void entries_continueOverManyPages() {
        List<String> keys = IntStream.range(0, 2_500)
                .mapToObj(i -> String.format("%05d", i))
                .toList();
        putAll(keys, "v");
        List<String> found = new ArrayList<>();
        store().entries().forEachRemaining(entry -> found.add(entry.getKey()));
        assertThat(found).isEqualTo(keys);
    }

    @Test
    void everything_afterClose_throwsClosed() {
        store().put("a", "1");
        store().close();
        store().close();
        assertThatThrownBy(() -> store().get("a")).isInstanceOf(StoreException.Closed.class);
        assertThatThrownBy(() -> store().put("a", "2")).isInstanceOf(StoreException.Closed.class);
        assertThatThrownBy(() -> store().delete("a")).isInstanceOf(StoreException.Closed.class);
        assertThatThrownBy(() -> store().entries()).isInstanceOf(StoreException.Closed.class);
        assertThatThrownBy(() -> store().size()).isInstanceOf(StoreException.Closed.class);
    }
}
