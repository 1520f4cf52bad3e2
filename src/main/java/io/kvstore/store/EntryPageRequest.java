package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/**
 * A request for a page of the entries from {@code low} to {@code high}; null means no bound.
 *
 * @param descending whether the page begins at {@code high}
 * @param rows the maximum number of entries
 * @param bytes the page ends once the encoded size of its entries reaches this
 */
public record EntryPageRequest<K>(
        @Nullable K low,
        boolean lowInclusive,
        @Nullable K high,
        boolean highInclusive,
        boolean descending,
        int rows,
        long bytes) {

    /** The default for {@code rows}. */
    public static final int ROWS = 1_000;

    /** The default for {@code bytes}. */
    public static final long BYTES = 1 << 20;

    /** Returns a request for the first page of all entries, in ascending order. */
    public static <K> EntryPageRequest<K> all() {
        return new EntryPageRequest<>(null, true, null, true, false, ROWS, BYTES);
    }

    /** Returns a request for the page after another one, which must not be empty. */
    public EntryPageRequest<K> after(EntryPage<K, ?> page) {
        return after(page.entries().get(page.entries().size() - 1).getKey());
    }

    /** Returns a request for the page after one that ended with {@code key}. */
    public EntryPageRequest<K> after(K key) {
        return descending
                ? new EntryPageRequest<>(low, lowInclusive, key, false, true, rows, bytes)
                : new EntryPageRequest<>(key, false, high, highInclusive, false, rows, bytes);
    }
}
