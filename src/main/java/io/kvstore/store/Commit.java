package io.kvstore.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A commit that changed something.
 *
 * @param effects in the order in which the transaction made them; a key occurs once for each change
 */
public record Commit<K, V>(long revision, List<Effect<K, V>> effects) {

    /**
     * One change of one key.
     *
     * @param value the complete new value, or null for a deletion
     * @param reason the argument of {@link Transaction#delete(Object, int)}, from 0 to 255; 0 for a put
     */
    public record Effect<K, V>(K key, @Nullable V value, int reason) {}
}
