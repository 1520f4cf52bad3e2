package io.kvstore.api;

import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Walk;
import io.kvstore.store.EntryPageRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/*
 * The end of a limited page is sent before the body, but the values of the page may not fit in memory. So the page holds at
 * most about one page of the store, which is usually enough. If it is not enough, a first walk reads the remaining keys
 * ahead, without values, and keeps their prints. A second walk reads the values while they are sent, and skips every key
 * that the first walk did not see:
 * - A key created between the two walks is left out, so that a page never exceeds its limit.
 * - A key deleted between them is missing.
 * - A key that exists during the whole listing is on this page or, through the cursor, on a later one.
 */
/**
 * One page of a listing: its rows, and the start of the next page, which is known before the first row is written. Holds
 * about as much as one page of the store, and eight bytes for each further row. Not thread-safe.
 *
 * @param <E> what a row contains besides the key
 */
final class ListingPage<E> {

    private final List<Map.Entry<Key, E>> held;
    private final @Nullable Walk<E> rest;
    private final @Nullable Ahead ahead;
    private final @Nullable Key next;
    private final long revision;

    private ListingPage(
            List<Map.Entry<Key, E>> held,
            @Nullable Walk<E> rest,
            @Nullable Ahead ahead,
            @Nullable Key next,
            long revision) {
        this.held = held;
        this.rest = rest;
        this.ahead = ahead;
        this.next = next;
        this.revision = revision;
    }

    /** Returns a page with all rows of a walk. Reads the first page of the walk. */
    static <E> ListingPage<E> whole(Walk<E> walk) {
        List<Map.Entry<Key, E>> first = walk.next();
        return new ListingPage<>(first == null ? List.of() : first, walk, null, null, walk.revision());
    }

    /**
     * Returns a page with at most {@code limit} rows. Reads until the end of the page is known.
     *
     * @param walk a walk over the selection, from which nothing was read yet
     * @param bytes returns the bytes of memory that an entry takes besides its key
     * @param seed see {@link KeyPrints}
     */
    static <E> ListingPage<E> limited(
            int limit, Walk<E> walk, ToLongFunction<E> bytes, Keyspace keyspace, Selection selection, long seed) {
        List<Map.Entry<Key, E>> held = new ArrayList<>();
        long heldBytes = 0;
        long revision = 0;
        walk.startingWith(limit + 1);
        List<Map.Entry<Key, E>> page = walk.next();
        while (page != null) {
            revision = revision == 0 ? walk.revision() : revision;
            for (Map.Entry<Key, E> entry : page) {
                held.add(entry);
                heldBytes += entry.getKey().size() + bytes.applyAsLong(entry.getValue());
            }
            if (held.size() > limit || held.size() >= EntryPageRequest.ROWS || heldBytes >= EntryPageRequest.BYTES) {
                break;
            }
            page = walk.next();
        }
        if (held.size() > limit) {
            List<Map.Entry<Key, E>> rows = held.subList(0, limit);
            return new ListingPage<>(rows, null, null, rows.get(limit - 1).getKey(), revision);
        }
        if (walk.isLast()) {
            return new ListingPage<>(held, null, null, null, revision);
        }
        Ahead ahead = new Ahead(
                keyspace.walkKeys(selection, walk.position()), selection.reverse(), limit - held.size(), seed);
        if (ahead.last == null) {
            Key last = held.get(held.size() - 1).getKey();
            return new ListingPage<>(held, null, null, ahead.more ? last : null, revision);
        }
        return new ListingPage<>(held, walk, ahead, ahead.more ? ahead.last : null, revision);
    }

    /** Returns the last key of this page, or null if no more keys follow. */
    @Nullable
    Key next() {
        return next;
    }

    /** Returns the revision of the state from which the first row was read. */
    long revision() {
        return revision;
    }

    /** Writes the rows. May be called only once, because it reads the rows that are not held. */
    void writeTo(RowWriter<E> writer) throws IOException {
        for (Map.Entry<Key, E> entry : held) {
            writer.row(entry.getKey(), entry.getValue());
        }
        if (rest == null) {
            return;
        }
        for (List<Map.Entry<Key, E>> page = rest.next(); page != null; page = rest.next()) {
            for (Map.Entry<Key, E> entry : page) {
                if (ahead != null && ahead.allBefore(entry.getKey())) {
                    return;
                }
                if (ahead == null || ahead.contains(entry.getKey())) {
                    writer.row(entry.getKey(), entry.getValue());
                }
            }
        }
    }

    /** The keys of a page beyond the held rows, as they were when the page was created. */
    private static final class Ahead {

        private final boolean reverse;
        private final KeyPrints prints;
        private final @Nullable Key last;
        private final boolean more;

        /** @param limit the maximum number of further keys on the page; may be 0 */
        Ahead(Walk<Long> keys, boolean reverse, int limit, long seed) {
            this.reverse = reverse;
            this.prints = new KeyPrints(seed);
            Key latest = null;
            boolean full = false;
            List<Map.Entry<Key, Long>> page = keys.startingWith(limit + 1).next();
            while (page != null && !full) {
                for (Map.Entry<Key, Long> entry : page) {
                    full = prints.size() == limit;
                    if (full) {
                        break;
                    }
                    latest = entry.getKey();
                    prints.add(latest);
                }
                page = full ? null : keys.next();
            }
            this.last = latest;
            this.more = full;
        }

        /** Returns whether a key is one of these keys; see {@link KeyPrints#contains} for false positives. */
        boolean contains(Key key) {
            return prints.contains(key);
        }

        /** Returns whether all these keys come before a key in the order of the listing. */
        boolean allBefore(Key key) {
            return last == null || (reverse ? key.compareTo(last) < 0 : key.compareTo(last) > 0);
        }
    }
}
