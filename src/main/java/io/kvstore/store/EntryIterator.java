package io.kvstore.store;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/** Iterates over the entries of a range, which it reads page by page. Not thread-safe. */
final class EntryIterator<K, V> implements Iterator<Map.Entry<K, V>> {

    private final CommitStore<K, V> store;
    private EntryPageRequest<K> request;
    private EntryPage<K, V> page;
    private int next;

    EntryIterator(CommitStore<K, V> store, EntryPageRequest<K> request) {
        this.store = store;
        this.request = request;
        this.page = store.page(request);
    }

    @Override
    public boolean hasNext() {
        while (next == page.entries().size() && !page.last()) {
            request = request.after(page);
            page = store.page(request);
            next = 0;
        }
        return next < page.entries().size();
    }

    @Override
    public Map.Entry<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more entries");
        }
        return page.entries().get(next++);
    }
}
