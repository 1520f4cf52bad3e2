package io.kvstore.storage;

import io.kvstore.journal.SnapshotWriter;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.Snapshot;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/*
 * The entries are read page by page. After each page come the commits up to the revision of that page, which earlier
 * pages may lack. So at any time the output is a complete image of the keys up to the last page. The revision of
 * the image is that of the last page. The history must reach back only to the previous page.
 *
 * Every mode supports this. Every table reads a page from a single published state. The history contains a commit
 * before any page shows it. In mode 0 the history is in memory. In the other modes it is in the log, and reading it
 * does not block the writer.
 */
/** Writes a snapshot of a store page by page. */
final class PagedSnapshot<K, V> implements Snapshot {

    private final CommitStore<K, V> store;
    private final SnapshotCodec<K, V> codec;
    private final EntryPageRequest<K> start = EntryPageRequest.all();
    private final EntryPage<K, V> first;

    PagedSnapshot(CommitStore<K, V> store, SnapshotCodec<K, V> codec) {
        this.store = store;
        this.codec = codec;
        this.first = store.page(start);
    }

    @Override
    public long from() {
        return first.revision();
    }

    @Override
    public long writeTo(OutputStream out) throws IOException {
        SnapshotWriter writer = new SnapshotWriter(out, from()); // not closed, because that would close the stream
        EntryPageRequest<K> request = start;
        EntryPage<K, V> page = first;
        long written = from();
        while (true) {
            codec.writePage(page, writer);
            while (written < page.revision()) {
                List<Commit<K, V>> commits = history(written, page.revision());
                codec.writeCommits(commits, writer);
                written = commits.get(commits.size() - 1).revision();
            }
            if (page.last()) {
                writer.end(page.revision(), page.size());
                return page.revision();
            }
            request = request.after(page);
            page = store.page(request);
        }
    }

    private List<Commit<K, V>> history(long after, long upTo) {
        List<Commit<K, V>> commits;
        try {
            commits = store.history(after);
        } catch (StoreException.HistoryGone e) {
            throw new StoreException.HistoryGone("the snapshot was read so slowly that the changes after revision "
                    + after + " are no longer kept; read it faster, or keep a longer history");
        }
        return commits.subList(0, (int) Math.min(commits.size(), upTo - after));
    }
}
