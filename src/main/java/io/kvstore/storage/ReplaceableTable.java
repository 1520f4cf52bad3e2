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
 * The files of a replaced table may be truncated only when no thread reads them, because reading a mapping without a
 * file behind it is a fault. So readers are counted for each table, in cells. Threads share a cell by their id, which
 * avoids contention.
 *
 *   read     1. increments its cell of the present table
 *            2. checks that this is still the present table; if not, decrements the cell and starts again
 *            3. reads, and decrements the cell
 *
 *   replace  a. makes another table the present one
 *            b. waits until it has seen each cell of the old table at zero
 *
 * There is a fence between 1 and 2, and between a and b. So step b sees every reader that found the old table at step
 * 2. After step a no reader passes step 2 with the old table. A cell that was zero after a may become one again, but
 * only until that reader reaches step 2.
 */
/**
 * A table that can be replaced by another one with the same entries and revision, while it is read. A read that began
 * before that may still use the old table.
 */
final class ReplaceableTable<K, V> implements Table<K, V> {

    private static final long WAIT_NANOS = 100_000;

    /** A table and the counts of its readers. */
    static final class Holder<K, V> {
        private static final int CELLS = 32;
        private static final int CELL_LONGS = 16; // two cache lines, so that cells share none

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

        /** Waits until no thread reads the table, which must have been replaced. */
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

    /** Returns the present table with its readers. */
    Holder<K, V> holder() {
        return holder;
    }

    /** Returns the present table. For the thread that applies commits and replaces the table. */
    MapDbTable<K, V> present() {
        return holder.table;
    }

    /** Replaces the present table. For the thread that applies commits. */
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
    @SuppressWarnings("NullAway") // returns null if the key is absent
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
