package io.kvstore.storage;

import io.kvstore.storage.mapdb.MapDbTable;
import io.kvstore.store.Commit;
import io.kvstore.store.Count;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * The files of a table that was replaced may be cut to nothing only when nobody reads them: a mapping with no file behind it
 * is a fault. So readers are counted, each table's apart, in cells that threads share by their number, to keep them from
 * waiting for each other.
 *
 *   read     1. adds one to its cell of the present table
 *            2. looks whether that still is the present table, and if not, takes it back and begins again
 *            3. reads, and takes it back
 *
 *   replace  a. makes another table the present one
 *            b. waits until it has seen each cell of the one before at zero
 *
 * Between 1 and 2, and between a and b, lies a fence: so a reader that found the old table at 2 is seen at b. After a nobody
 * gets past 2 with the old one; a cell that was zero after a may be one again, but only until such a reader is at 2.
 */
/**
 * A table that can be replaced by another with the same entries, of the same revision, while it is read. A reader may be
 * answered by the old one when it began to read before.
 */
final class ReplaceableTable<K, V> implements Table<K, V> {

    private static final long WAIT_NANOS = 100_000;

    /** A table, and those who read it. */
    static final class Holder<K, V> {
        private static final int CELLS = 32;
        private static final int CELL_LONGS = 16; // two cache lines

        private final MapDbTable<K, V> table;
        private final AtomicLongArray readers = new AtomicLongArray(CELLS * CELL_LONGS);

        Holder(MapDbTable<K, V> table) {
            this.table = table;
        }

        MapDbTable<K, V> table() {
            return table;
        }

        private static int cell() {
            return (int) (Thread.currentThread().getId() % CELLS) * CELL_LONGS;
        }

        private void enter(int cell) {
            readers.getAndIncrement(cell);
            VarHandle.fullFence();
        }

        private void leave(int cell) {
            readers.getAndDecrement(cell);
        }

        /** Waits until nobody reads the table any more. It has been replaced. */
        void awaitReaders() {
            VarHandle.fullFence();
            for (int cell = 0; cell < readers.length(); cell += CELL_LONGS) {
                while (readers.get(cell) != 0) {
                    LockSupport.parkNanos(WAIT_NANOS);
                }
            }
        }
    }

    private volatile Holder<K, V> holder;

    ReplaceableTable(MapDbTable<K, V> table) {
        this.holder = new Holder<>(table);
    }

    /** The present table, and its readers. */
    Holder<K, V> holder() {
        return holder;
    }

    /** The present table, for the thread that applies and replaces. */
    MapDbTable<K, V> present() {
        return holder.table;
    }

    /** Has readers, and the thread that applies, which calls this, go to another table from now on. */
    void replace(MapDbTable<K, V> next) {
        holder = new Holder<>(next);
    }

    private <R> R read(Function<MapDbTable<K, V>, R> reading) {
        int cell = Holder.cell();
        while (true) {
            Holder<K, V> entered = holder;
            entered.enter(cell);
            try {
                if (entered == holder) {
                    return reading.apply(entered.table);
                }
            } finally {
                entered.leave(cell);
            }
        }
    }

    @Override
    @SuppressWarnings("NullAway") // null is the answer where there is no such key
    public @Nullable V get(K key) {
        return this.<@Nullable V>read(table -> table.get(key));
    }

    @Override
    public void apply(List<Commit<K, V>> commits) throws IOException {
        present().apply(commits);
    }

    @Override
    public long revision() {
        return read(MapDbTable::revision);
    }

    @Override
    public long size() {
        return read(MapDbTable::size);
    }

    @Override
    public EntryPage<K, V> page(EntryPageRequest<K> request) {
        return read(table -> table.page(request));
    }

    @Override
    public EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request) {
        return read(table -> table.secondaryKeys(request));
    }

    @Override
    public Count countAbove(long bound) {
        return read(table -> table.countAbove(bound));
    }

    @Override
    public List<K> keysUpTo(long bound, int limit) {
        return read(table -> table.keysUpTo(bound, limit));
    }

    /** As {@link MapDbTable#length}. */
    long length() {
        return read(MapDbTable::length);
    }

    @Override
    public void close() {
        present().close();
    }
}
