package io.kvstore.keyspace;

import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.SecondaryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the keys of a selection that are there, page by page in order, each page of one published state: a key that
 * is there the whole time comes exactly once. Reads nothing outside of the ranges that are selected, holds no lock and no
 * more memory than a page between two steps. For one thread.
 *
 * @param <E> what there is of each key besides
 */
public final class Walk<E> {

    /** Where nothing is selected, an empty page is read, for the revision that nothing is of. */
    private static final KeyRange NOTHING = new KeyRange(Key.of("\0"), Key.of("\0"));

    private final Function<EntryPageRequest<Key>, EntryPage<Key, E>> pages;
    private final ToLongFunction<E> expiry;
    private final Selection selection;
    private final Timeline timeline;
    private @Nullable Key position;
    private @Nullable KeyRange range;
    private @Nullable EntryPage<Key, E> page;
    private int rows = EntryPageRequest.ROWS;

    Walk(
            Function<EntryPageRequest<Key>, EntryPage<Key, E>> pages,
            ToLongFunction<E> expiry,
            Selection selection,
            @Nullable Key after,
            Timeline timeline) {
        this.pages = pages;
        this.expiry = expiry;
        this.selection = selection;
        this.position = after;
        this.range = selection.range(after);
        this.timeline = timeline;
    }

    /**
     * Has the first page hold no more than so many keys, and each further one twice as many, up to a whole page: for those
     * who may need but a few.
     */
    public Walk<E> beginningWith(int firstRows) {
        rows = Math.min(firstRows, EntryPageRequest.ROWS);
        return this;
    }

    /**
     * The next page: of its keys those that are selected and have not expired, which may be none. Null when there is no
     * further page.
     */
    public @Nullable List<Map.Entry<Key, E>> next() {
        if (isLast()) {
            return null;
        }
        KeyRange present = range == null ? NOTHING : range;
        EntryPage<Key, E> read = pages.apply(selection.request(present, position, rows));
        page = read;
        rows = Math.min(2 * rows, EntryPageRequest.ROWS);
        List<Map.Entry<Key, E>> found = new ArrayList<>(read.entries().size());
        long now = Long.MIN_VALUE;
        for (Map.Entry<Key, E> entry : read.entries()) {
            long expires = expiry.applyAsLong(entry.getValue());
            if (expires != SecondaryKey.NONE && now == Long.MIN_VALUE) {
                now = timeline.millis();
            }
            if (expires > now && selection.filter().test(entry.getKey())) {
                found.add(entry);
            }
        }
        if (!read.entries().isEmpty()) {
            position = read.entries().get(read.entries().size() - 1).getKey();
        }
        if (read.last()) {
            leave(present);
        }
        return found;
    }

    /** Goes on with the range that follows. A key may yet come behind the last one of this, so it ends where it is bounded. */
    private void leave(KeyRange present) {
        Key end = selection.reverse() ? present.from() : present.to();
        range = end == null || range == null ? null : selection.range(end);
        position = range == null ? position : end;
    }

    /**
     * Up to where all was read, which need be no key that is there; before the first page, where the walk began; null for
     * the very start.
     */
    public @Nullable Key position() {
        return position;
    }

    /** The revision of the state that the page read last is of; 0 before the first. */
    public long revision() {
        return page == null ? 0 : page.revision();
    }

    /** Whether nothing comes after the page read last. */
    public boolean isLast() {
        return page != null && range == null;
    }
}
