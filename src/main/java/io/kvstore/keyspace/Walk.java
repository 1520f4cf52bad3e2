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
 * A walk over the existing keys of a selection, page by page in order. Each page is read from one published state of the
 * store, so a key that exists during the whole walk is returned exactly once. Reads nothing outside of the selected ranges.
 * Between two pages it holds no lock, and no more memory than one page. Not thread-safe.
 *
 * @param <E> what the walk returns with each key
 */
public final class Walk<E> {

    /** The range to read if the selection is empty: it contains nothing, but its page has a revision. */
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
     * Limits the first page to some keys and lets the limit double with each further page, up to the normal page size. For
     * callers that may need few keys only.
     */
    public Walk<E> startingWith(int firstRows) {
        rows = Math.min(firstRows, EntryPageRequest.ROWS);
        return this;
    }

    /**
     * Returns the selected keys of the next page that have not expired, which may be none; null if there is no further page.
     */
    public @Nullable List<Map.Entry<Key, E>> next() {
        if (isLast()) {
            return null;
        }
        KeyRange current = range == null ? NOTHING : range;
        EntryPage<Key, E> read = pages.apply(selection.request(current, position, rows));
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
            finishRange(current);
        }
        return found;
    }

    /**
     * Continues with the next range. The walk continues at the bound of this range, not at its last key, because keys may
     * still be added between them.
     */
    private void finishRange(KeyRange finished) {
        Key end = selection.reverse() ? finished.from() : finished.to();
        range = end == null || range == null ? null : selection.range(end);
        position = range == null ? position : end;
    }

    /**
     * Returns the position up to which the walk has read, which need not be an existing key. Before the first page it is the
     * position at which the walk started; null stands for the start of the selection.
     */
    public @Nullable Key position() {
        return position;
    }

    /** Returns the revision of the state from which the last page was read; 0 before the first page. */
    public long revision() {
        return page == null ? 0 : page.revision();
    }

    /** Returns whether the page that was read last is the last one. */
    public boolean isLast() {
        return page != null && range == null;
    }
}
