package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/**
 * Which entries a page is to hold: from {@code low} to {@code high}, where null is no bound, upwards or downwards.
 *
 * @param rows at most this many
 * @param bytes no further entry once their encoded size together has reached this
 */
public record EntryPageRequest<K>(
        @Nullable K low,
        boolean lowInclusive,
        @Nullable K high,
        boolean highInclusive,
        boolean descending,
        int rows,
        long bytes) {

    /** What a page holds where nobody asks for less. */
    public static final int ROWS = 1_000;

    /** What a page holds where nobody asks for less. */
    public static final long BYTES = 1 << 20;

    /** The first page of everything, upwards. */
    public static <K> EntryPageRequest<K> all() {
        return new EntryPageRequest<>(null, true, null, true, false, ROWS, BYTES);
    }

    /** The page that follows another, which was not empty. */
    public EntryPageRequest<K> after(EntryPage<K, ?> page) {
        return after(page.entries().get(page.entries().size() - 1).getKey());
    }

    /** The page that follows one that ended with {@code key}. */
    public EntryPageRequest<K> after(K key) {
        return descending
                ? new EntryPageRequest<>(low, lowInclusive, key, false, true, rows, bytes)
                : new EntryPageRequest<>(key, false, high, highInclusive, false, rows, bytes);
    }
}
