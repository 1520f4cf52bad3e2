package io.kvstore.storage.mapdb;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.pages.DamagedPageException;
import io.kvstore.pages.PagedFile;
import io.kvstore.storage.FixedInput;
import io.kvstore.storage.FixedOutput;
import io.kvstore.storage.Table;
import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.Count;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StoreException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.mapdb.BTreeMap;
import org.mapdb.Serializer;
import org.mapdb.StoreDirect;
import org.mapdb.volume.VolumeFactory;

/*
 * Format. A PagedFile contains a MapDB StoreDirect, which contains numbered records (recids):
 *
 *   recid 1     the catalog: version (4), number of entries (8), and for each of the two trees the recid of the record
 *               that has its root (8, 8)
 *   entries     a BTreeMap from the encoded key to a word: the recid of the value's record * 4, + 2 if the value is in
 *               parts, + 1 if it has a secondary key
 *   index       a BTreeMap without values, ordered by secondary key: the secondary key (8 bytes, high byte first, the
 *               sign bit inverted), then the key
 *   a value     CRC32C of the encoded key and value (4), then the encoded value; if that does not fit into one record,
 *               its size (4) and the recids (8 each) of the records with its parts
 *
 * Values are not in the nodes. They are not "outside nodes" as MapDB offers it either: MapDB then reads the old value
 * to write a new one, and never frees the recid of a deleted one. MapDB never merges nodes, so empty nodes stay in the
 * tree. A walk over a range of deleted keys visits its nodes: about one for each twenty keys that existed at the same
 * time.
 *
 * Commit. apply() changes pages in memory under the write lock. Nothing reaches the file before a checkpoint, and a
 * checkpoint is frozen between commits, so the file never has half a commit. MapDB's own transactions are off, because
 * they do not survive a crash.
 *
 * Concurrent reads. MapDB allows any number of threads to read a tree and its records while one thread changes them;
 * each record is read and written as a whole. Results that must reflect a single state (a page, a range of the index)
 * are read under the read lock. get() takes no lock, but must take effect at one instant between its call and its
 * return. A small value is one record, and replacing it is one step. So a commit that puts one new or small value takes
 * effect at that step. `gate` is odd while anything else is applied:
 *
 *   - A commit of several effects. All take effect at the instant when the gate becomes odd: a get() that starts later
 *     waits, and a get() that started before may return either state.
 *   - A deletion, which frees a recid for other keys.
 *   - The replacement of a value in parts.
 *
 * get() reads the gate first and last. If it was odd or has changed, or anything failed, get() reads again under the
 * read lock. Only a failure under the lock is damage.
 *
 * Recovery. Opening restores the state of a checkpoint; then the log is replayed from its revision on. Replaying a
 * commit that is already in the table changes nothing, because effects are complete values.
 */
/** A table in a file that may be larger than memory, over the tree of MapDB. */
public final class MapDbTable<K, V> implements Table<K, V> {

    private static final int VERSION = 1;
    private static final long CATALOG = 1;
    private static final int CATALOG_BYTES = Integer.BYTES + 3 * Long.BYTES;
    private static final byte[] NO_KEY = {};
    private static final int NODE_KEYS = 32;
    private static final int LOCK_SHIFT = 4;
    private static final long HAS_SECONDARY_KEY = 1;
    private static final long PARTS = 2;
    private static final int RECID_SHIFT = 2;

    private final Path folder;
    private final PagedFile pages;
    private final KeyCodec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final SecondaryKey<V> secondaryKey;
    private final StoreDirect store;
    private final BTreeMap<byte[], Long> entries;
    private final BTreeMap<byte[], Boolean> secondaryIndex;
    private final ValueRecords<V> values;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final long entriesRoot;
    private final long secondaryRoot;

    private final AtomicLong gate = new AtomicLong();
    private long size;
    private long revision;

    /** No secondary key is lower than this. So a walk does not visit the empty nodes of removed, lower ones again. */
    private volatile long lowestSecondaryKey = Long.MIN_VALUE;

    /**
     * The failure of a commit that was half applied, after which `gate` stays odd; or null. Guarded by the write lock.
     */
    private @Nullable Throwable broken;

    private volatile boolean closed;

    private MapDbTable(Path folder, PagedFile pages, boolean exists, EntryFormat<K, V> format) {
        this.folder = folder;
        this.pages = pages;
        this.keyCodec = format.keyCodec();
        this.valueCodec = format.valueCodec();
        this.secondaryKey = format.secondaryKey();
        VolumeFactory volume = VolumeFactory.wrap(new PageVolume(pages), exists);
        this.store = new StoreDirect(
                null, volume, false, 0, true, LOCK_SHIFT, 0, 0, false, false, false, true, false, false);
        this.values = new ValueRecords<>(store, valueCodec);
        PackedKeys keys = new PackedKeys();
        NoValues none = new NoValues();
        if (exists) {
            ByteBuffer catalog = ByteBuffer.wrap(store.get(CATALOG, Serializer.BYTE_ARRAY_NOSIZE));
            int version = catalog.getInt();
            if (version != VERSION) {
                throw new IllegalStateException("catalog of version " + version);
            }
            this.size = catalog.getLong();
            this.entriesRoot = catalog.getLong();
            this.secondaryRoot = catalog.getLong();
        } else {
            store.put(new byte[CATALOG_BYTES], Serializer.BYTE_ARRAY_NOSIZE);
            this.entriesRoot = BTreeMap.Companion.putEmptyRoot$mapdb(store, keys, Serializer.RECID);
            this.secondaryRoot = BTreeMap.Companion.putEmptyRoot$mapdb(store, keys, none);
            writeCatalog();
        }
        this.entries = tree(entriesRoot, keys, Serializer.RECID);
        this.secondaryIndex = tree(secondaryRoot, keys, none);
        this.revision = pages.revision();
    }

    private <T> BTreeMap<byte[], T> tree(
            long root, PackedKeys keys, org.mapdb.serializer.GroupSerializer<T> serializer) {
        return new BTreeMap<>(keys, serializer, root, store, true, NODE_KEYS, keys, false, 0, true, null);
    }

    /**
     * Creates an empty table in an existing folder. Not atomic: the caller records elsewhere that it is complete.
     *
     * @param name the name of its files; see {@link PagedFile#create}
     * @param windowBytes see {@link PagedFile#create}
     */
    public static <K, V> MapDbTable<K, V> create(
            Disk disk, Path folder, String name, EntryFormat<K, V> format, long windowBytes) throws IOException {
        PagedFile pages = PagedFile.create(disk, folder, name, windowBytes);
        try {
            MapDbTable<K, V> table = new MapDbTable<>(folder, pages, false, format);
            table.freeze().write();
            return table;
        } catch (IOException | RuntimeException e) {
            pages.close();
            throw e;
        }
    }

    /**
     * Opens a table in the state of its newest checkpoint.
     *
     * @throws IOException if the disk fails or a file cannot be opened
     * @throws StoreException.Damaged if a file is damaged
     */
    public static <K, V> MapDbTable<K, V> open(
            Disk disk, Path folder, String name, EntryFormat<K, V> format, long windowBytes) throws IOException {
        return over(PagedFile.open(disk, folder, name, windowBytes), folder, format);
    }

    /**
     * Returns a table over an open paged file, which it closes, also if this method throws.
     *
     * @throws StoreException.Damaged as {@link #open}
     */
    public static <K, V> MapDbTable<K, V> over(PagedFile pages, Path folder, EntryFormat<K, V> format)
            throws IOException {
        try {
            return new MapDbTable<>(folder, pages, true, format);
        } catch (RuntimeException | AssertionError e) {
            pages.close();
            throw damaged(folder, e);
        }
    }

    @Override
    public @Nullable V get(K key) {
        byte[] encoded = encode(key);
        long before = gate.get();
        if ((before & 1) == 0) {
            V value = null;
            boolean read = false;
            try {
                value = find(encoded);
                read = true;
            } catch (IOException | RuntimeException | AssertionError e) {
                // perhaps during a change; read again under the lock, which reports a failure
            }
            VarHandle.acquireFence();
            if (read && gate.get() == before) {
                return value;
            }
        }
        return locked(() -> Optional.ofNullable(find(encoded))).orElse(null);
    }

    private @Nullable V find(byte[] key) throws IOException {
        Long word = entries.get(key);
        return word == null ? null : value(key, word);
    }

    private V value(byte[] key, long word) throws IOException {
        return values.read(word >>> RECID_SHIFT, (word & PARTS) != 0, key);
    }

    /** Reads the table, and may find damage. */
    private interface Reading<R> {
        R read() throws IOException;
    }

    private <R> R locked(Reading<R> reading) {
        lock.readLock().lock();
        try {
            checkUsable();
            return reading.read();
        } catch (StoreException e) {
            throw e;
        } catch (IOException | RuntimeException | AssertionError e) {
            throw damaged(folder, e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The caller holds the lock. */
    private void checkUsable() {
        if (closed) {
            throw new StoreException.Closed();
        }
        if (broken != null) {
            throw damaged(folder, broken);
        }
    }

    private static StoreException.Damaged damaged(Path folder, Throwable cause) {
        String message;
        if (cause instanceof DamagedPageException) {
            message = Objects.requireNonNull(cause.getMessage());
        } else if (cause instanceof VirtualMachineError) {
            message = "a change was applied only partly to the table in " + folder + " (" + cause
                    + "); restart the server: its log has the complete change";
        } else {
            message = "the table in " + folder + " is damaged (" + cause
                    + "); stop the server and restore the folder from a backup";
        }
        return new StoreException.Damaged(message, cause);
    }

    @Override
    public void apply(List<Commit<K, V>> commits) throws IOException {
        lock.writeLock().lock();
        try {
            checkUsable();
            for (Commit<K, V> commit : commits) {
                apply(commit);
            }
        } catch (StoreException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException | Error e) {
            broken = e;
            gate.set(gate.get() | 1); // no reader may see the part that was applied
            throw new DamageException(String.valueOf(damaged(folder, e).getMessage()), e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void apply(Commit<K, V> commit) throws IOException {
        boolean several = commit.effects().size() > 1;
        if (several) {
            turnGate();
        }
        for (Commit.Effect<K, V> effect : commit.effects()) {
            byte[] key = encode(effect.key());
            V value = effect.value();
            Long word = entries.get(key);
            if (value == null) {
                if (word != null) {
                    delete(key, word, several);
                }
            } else if (word == null) {
                insert(key, value);
            } else {
                replace(key, word, value, several);
            }
        }
        revision = commit.revision();
        if (several) {
            turnGate();
        }
    }

    private void turnGate() {
        gate.incrementAndGet();
    }

    private void insert(byte[] key, V value) throws IOException {
        long secondaryAfter = secondaryKey.of(value);
        entries.put(key, word(values.write(key, value), values.inParts(value), secondaryAfter));
        addToSecondaryIndex(secondaryAfter, key);
        size++;
    }

    private void replace(byte[] key, long word, V value, boolean gated) throws IOException {
        boolean wasInParts = (word & PARTS) != 0;
        boolean inParts = values.inParts(value);
        boolean moves = !gated && (wasInParts || inParts);
        long secondaryBefore = secondaryKey(key, word);
        long secondaryAfter = secondaryKey.of(value);
        if (moves) {
            turnGate();
        }
        values.replace(word >>> RECID_SHIFT, wasInParts, key, value);
        long wordAfter = word(word >>> RECID_SHIFT, inParts, secondaryAfter);
        if (wordAfter != word) {
            entries.put(key, wordAfter);
        }
        if (secondaryAfter != secondaryBefore) {
            removeFromSecondaryIndex(secondaryBefore, key);
            addToSecondaryIndex(secondaryAfter, key);
        }
        if (moves) {
            turnGate();
        }
    }

    private void delete(byte[] key, long word, boolean gated) throws IOException {
        long secondaryBefore = secondaryKey(key, word);
        if (!gated) {
            turnGate();
        }
        entries.remove(key);
        values.delete(word >>> RECID_SHIFT, (word & PARTS) != 0);
        removeFromSecondaryIndex(secondaryBefore, key);
        size--;
        if (!gated) {
            turnGate();
        }
    }

    private static long word(long recid, boolean inParts, long secondary) {
        return recid << RECID_SHIFT | (inParts ? PARTS : 0) | (secondary == SecondaryKey.NONE ? 0 : HAS_SECONDARY_KEY);
    }

    /** Returns the secondary key of the present value. */
    private long secondaryKey(byte[] key, long word) throws IOException {
        return (word & HAS_SECONDARY_KEY) == 0 ? SecondaryKey.NONE : secondaryKey.of(value(key, word));
    }

    private void addToSecondaryIndex(long secondary, byte[] key) {
        if (secondary != SecondaryKey.NONE) {
            secondaryIndex.put(indexKey(secondary, key), true);
            lowestSecondaryKey = Math.min(lowestSecondaryKey, secondary);
        }
    }

    private void removeFromSecondaryIndex(long secondary, byte[] key) {
        if (secondary != SecondaryKey.NONE) {
            secondaryIndex.remove(indexKey(secondary, key));
        }
    }

    private static byte[] indexKey(long secondary, byte[] key) {
        return ByteBuffer.allocate(Long.BYTES + key.length)
                .putLong(secondary ^ Long.MIN_VALUE)
                .put(key)
                .array();
    }

    @Override
    public long revision() {
        lock.readLock().lock();
        try {
            return revision;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long size() {
        return locked(() -> size);
    }

    @Override
    public EntryPage<K, V> page(EntryPageRequest<K> request) {
        return page(request, this::value, valueCodec::size);
    }

    @Override
    public EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request) {
        return page(request, this::secondaryKey, secondary -> 0);
    }

    /** Reads the element of a page for a key. */
    private interface Element<E> {
        E read(byte[] key, long word) throws IOException;
    }

    private <E> EntryPage<K, E> page(EntryPageRequest<K> request, Element<E> element, ToIntFunction<E> size) {
        byte[] low = request.low() == null ? null : encode(request.low());
        byte[] high = request.high() == null ? null : encode(request.high());
        boolean nothing = low != null && high != null && Arrays.compareUnsigned(low, high) > 0;
        return locked(() -> {
            List<Map.Entry<K, E>> found = new ArrayList<>();
            if (nothing) {
                return new EntryPage<>(revision, this.size, found, true);
            }
            Iterator<Map.Entry<byte[], Long>> range = request.descending()
                    ? entries.descendingEntryIterator(low, request.lowInclusive(), high, request.highInclusive())
                    : entries.entryIterator(low, request.lowInclusive(), high, request.highInclusive());
            long bytes = 0;
            while (found.size() < request.rows() && bytes < request.bytes() && range.hasNext()) {
                Map.Entry<byte[], Long> next = range.next();
                byte[] key = next.getKey();
                E read = element.read(key, next.getValue());
                found.add(Map.entry(decode(key, 0), read));
                bytes += key.length + size.applyAsInt(read);
            }
            return new EntryPage<>(revision, this.size, found, !range.hasNext());
        });
    }

    /**
     * Reads the whole table, and checks that the trees and the count agree.
     *
     * @param damaged receives each problem: a key and what is wrong with its value, or a sentence
     * @throws StoreException.Damaged if a tree cannot be read to its end
     */
    public void verify(Consumer<String> damaged) {
        locked(() -> {
            long count = 0;
            long withSecondaryKey = 0;
            byte[] before = null;
            for (Iterator<Map.Entry<byte[], Long>> each = entries.entryIterator(); each.hasNext(); count++) {
                Map.Entry<byte[], Long> entry = each.next();
                byte[] key = entry.getKey();
                if (before != null && Arrays.compareUnsigned(before, key) >= 0) {
                    damaged.accept("the key " + decode(key, 0) + " is out of order");
                }
                before = key;
                long word = entry.getValue();
                withSecondaryKey += word & HAS_SECONDARY_KEY;
                String problem = problem(key, word);
                if (problem != null) {
                    damaged.accept("the key " + decode(key, 0) + ": " + problem);
                }
            }
            if (count != size) {
                damaged.accept("it should have " + size + " entries, but has " + count);
            }
            long indexed = 0;
            for (Iterator<byte[]> each = secondaryIndex.keyIterator(); each.hasNext(); each.next()) {
                indexed++;
            }
            if (indexed != withSecondaryKey) {
                damaged.accept(
                        "its index has " + indexed + " secondary keys, but " + withSecondaryKey + " entries have one");
            }
            return count;
        });
    }

    /** Returns what is wrong with an entry, or null. */
    private @Nullable String problem(byte[] key, long word) {
        try {
            long found = secondaryKey.of(value(key, word));
            boolean withSecondaryKey = (word & HAS_SECONDARY_KEY) != 0;
            if (withSecondaryKey != (found != SecondaryKey.NONE)
                    || (withSecondaryKey && !secondaryIndex.containsKey(indexKey(found, key)))) {
                return "the index lacks its secondary key, or has one that it should not have";
            }
            return null;
        } catch (IOException | RuntimeException | AssertionError e) {
            return e instanceof IOException ? e.getMessage() : "it cannot be read (" + e + ")";
        }
    }

    @Override
    public Count countAbove(long bound) {
        return locked(() -> {
            long below = 0;
            for (Iterator<byte[]> each = secondaryIndexUpTo(bound); each.hasNext(); each.next()) {
                below++;
            }
            return new Count(revision, size - below);
        });
    }

    @Override
    public List<K> keysUpTo(long bound, int limit) {
        return locked(() -> {
            List<K> found = new ArrayList<>();
            if (limit == 0 || lowestSecondaryKey > bound) {
                return found;
            }
            Iterator<byte[]> range = secondaryIndexUpTo(bound);
            long lowest = bound == Long.MAX_VALUE ? bound : bound + 1;
            while (found.size() < limit && range.hasNext()) {
                byte[] next = range.next();
                if (found.isEmpty()) {
                    lowest = ByteBuffer.wrap(next).getLong() ^ Long.MIN_VALUE;
                }
                found.add(decode(next, Long.BYTES));
            }
            lowestSecondaryKey = lowest;
            return found;
        });
    }

    private Iterator<byte[]> secondaryIndexUpTo(long bound) {
        long from = lowestSecondaryKey;
        if (from > bound) {
            return Collections.emptyIterator();
        }
        byte[] end = bound == Long.MAX_VALUE ? null : indexKey(bound + 1, NO_KEY);
        return secondaryIndex.keyIterator(indexKey(from, NO_KEY), true, end, false);
    }

    private byte[] encode(K key) {
        byte[] bytes = new byte[keyCodec.size(key)];
        try {
            FixedOutput out = new FixedOutput(bytes, 0);
            keyCodec.encode(key, new DataOutputStream(out));
            out.checkFull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    private K decode(byte[] bytes, int start) throws IOException {
        int size = bytes.length - start;
        return keyCodec.decode(new FixedInput(bytes, start, size), size);
    }

    /**
     * Freezes the present state for the next checkpoint. For the applying thread, between commits; costs no more than a
     * commit.
     *
     * @throws StoreException.Damaged if a page that it needs is damaged, or a commit was half applied
     */
    public PagedFile.Checkpoint freeze() {
        return locked(() -> {
            writeCatalog();
            store.commit();
            return pages.freeze(revision);
        });
    }

    private void writeCatalog() {
        byte[] catalog = ByteBuffer.allocate(CATALOG_BYTES)
                .putInt(VERSION)
                .putLong(size)
                .putLong(entriesRoot)
                .putLong(secondaryRoot)
                .array();
        store.update(CATALOG, catalog, Serializer.BYTE_ARRAY_NOSIZE);
    }

    /** Returns the length of the file after the next checkpoint. */
    public long length() {
        return pages.length();
    }

    /** Returns the memory that the changes since the last checkpoint take. */
    public long dirtyBytes() {
        return pages.dirtyBytes();
    }

    /** Returns the size of its files. */
    public long fileBytes() throws IOException {
        return pages.fileBytes();
    }

    /** Closes the table and frees the disk space of its files. No thread may read it or write a checkpoint. */
    public void erase() throws IOException {
        lock.writeLock().lock();
        try {
            closed = true;
            pages.erase();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            pages.close();
        } catch (IOException e) {
            // nothing is lost: only a checkpoint writes
        } finally {
            lock.writeLock().unlock();
        }
    }
}
