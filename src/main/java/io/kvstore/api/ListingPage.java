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
 * Where a limited page ends is told before its body, but its values may take more than the memory there is. So as much as
 * one page of the store is held, and mostly that is all there is to it. Where it is not, the keys that follow are walked
 * ahead, without their values, and their prints are kept; then the values are read as they go out, and of the keys met on
 * the way those count that were met before. One that came meanwhile is left out, so that there are never more than the
 * limit; one that went is missing; and one that was there the whole time is on this page or, by the cursor, on a later one.
 */
/**
 * One page of a listing: its rows, and where the next page begins, which is known before the first row is read. Holds about
 * what a page of the store does, and eight bytes for each row beyond it. For one thread.
 *
 * @param <E> what there is of a key besides
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

    /** A page of everything that a walk comes by, of which the first step is done here. */
    static <E> ListingPage<E> whole(Walk<E> walk) {
        List<Map.Entry<Key, E>> first = walk.next();
        return new ListingPage<>(first == null ? List.of() : first, walk, null, null, walk.revision());
    }

    /**
     * A page of at most so many rows.
     *
     * @param walk over the selection, which has not begun
     * @param bytes what is held of an entry beside its key
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

    /** The last key of this page, where more follow it; else null. */
    @Nullable
    Key next() {
        return next;
    }

    /** The revision of the state that the first row is of. */
    long revision() {
        return revision;
    }

    /** Writes the rows. */
    void writeTo(RowWriter<E> writer) throws IOException {
        for (Map.Entry<Key, E> entry : held) {
            writer.row(entry.getKey(), entry.getValue());
        }
        if (rest == null) {
            return;
        }
        for (List<Map.Entry<Key, E>> page = rest.next(); page != null; page = rest.next()) {
            for (Map.Entry<Key, E> entry : page) {
                if (ahead != null && ahead.isBefore(entry.getKey())) {
                    return;
                }
                if (ahead == null || ahead.contains(entry.getKey())) {
                    writer.row(entry.getKey(), entry.getValue());
                }
            }
        }
    }

    /** The keys of a page that are not held, as they were when it was made. */
    private static final class Ahead {

        private final boolean reverse;
        private final KeyPrints prints;
        private final @Nullable Key last;
        private final boolean more;

        /** @param limit the most that belong to the page, which may be 0 */
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

        boolean contains(Key key) {
            return prints.contains(key);
        }

        /** Whether all of them come before a key. */
        boolean isBefore(Key key) {
            return last == null || (reverse ? key.compareTo(last) < 0 : key.compareTo(last) > 0);
        }
    }
}
