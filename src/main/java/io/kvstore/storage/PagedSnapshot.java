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
 * The entries are read page by page, and after each page come the commits that the pages so far may have missed: those
 * up to the page's own revision. So what has been written is at any time a whole image but for the keys that are still to
 * come, the last page's revision is that of the image, and the history has to reach back no further than to the page
 * before.
 *
 * Why each mode can do so. A page is of one published state, in every table. Commits come from the history, which has
 * each commit before a page shows it: in memory in mode 0, and from the log, file by file and past the writer, in the others.
 */
/** Reads a store page by page into a snapshot; see the comment above. */
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
        SnapshotWriter writer = new SnapshotWriter(out, from()); // not to be closed: that would close the stream
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
            throw new StoreException.HistoryGone("a snapshot was read so slowly that the changes after revision "
                    + after + " are no longer kept; read it faster, or keep a longer history");
        }
        return commits.subList(0, (int) Math.min(commits.size(), upTo - after));
    }
}
