package io.kvstore.storage;

import io.kvstore.disk.DamageException;
import io.kvstore.journal.Block;
import io.kvstore.journal.Journal;
import io.kvstore.journal.SnapshotReader;
import io.kvstore.journal.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/*
 * A row of a snapshot is key size 4, key, value; a commit is revision 8 and then what the journal has of it.
 */
/** Writes a table and the commits after it as a snapshot, and reads them back. */
final class SnapshotCodec<K, V> {

    private static final long CHUNK_BYTES = 1 << 20;

    private final KeyCodec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final CommitCodec<K, V> commitCodec;

    SnapshotCodec(KeyCodec<K> keyCodec, Codec<V> valueCodec, CommitCodec<K, V> commitCodec) {
        this.keyCodec = keyCodec;
        this.valueCodec = valueCodec;
        this.commitCodec = commitCodec;
    }

    /** Writes all entries, page by page, beside the commits that go on. */
    void writeRows(Table<K, V> table, SnapshotWriter writer) throws IOException {
        PageRequest<K> request = PageRequest.all();
        while (true) {
            Page<K, V> page = table.page(request);
            List<Block> rows = new ArrayList<>(page.entries().size());
            for (Map.Entry<K, V> entry : page.entries()) {
                rows.add(row(entry.getKey(), entry.getValue()));
            }
            if (!rows.isEmpty()) {
                writer.rows(rows);
            }
            if (page.last()) {
                return;
            }
            request = request.after(page.entries().get(rows.size() - 1).getKey());
        }
    }

    private Block row(K key, V value) {
        int keySize = keyCodec.size(key);
        int size = Math.addExact(4 + keySize, valueCodec.size(value));
        return new Block() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public void writeTo(DataOutput out) throws IOException {
                out.writeInt(keySize);
                keyCodec.encode(key, out);
                valueCodec.encode(value, out);
            }
        };
    }

    /** Writes the commits after {@code from} up to {@code to}, as the journal has them. */
    void writeCommits(Journal journal, long from, long to, SnapshotWriter writer) throws IOException {
        long[] done = {from};
        while (done[0] < to) {
            List<Block> commits = new ArrayList<>();
            boolean kept = journal.read(done[0], to, CHUNK_BYTES, (revision, bytes, offset, size) -> {
                commits.add(commit(revision, bytes, offset, size));
                done[0] = revision;
            });
            if (!kept || commits.isEmpty()) {
                throw new IOException(
                        "the journal has nothing after revision " + done[0] + ", but must have up to " + to);
            }
            writer.commits(commits);
        }
    }

    private static Block commit(long revision, byte[] bytes, int offset, int size) {
        return new Block() {
            @Override
            public int size() {
                return Long.BYTES + size;
            }

            @Override
            public void writeTo(DataOutput out) throws IOException {
                out.writeLong(revision);
                out.write(bytes, offset, size);
            }
        };
    }

    /**
     * Reads a snapshot into an empty table.
     *
     * @throws DamageException when it is not whole; the table is then of no use
     */
    SnapshotReader.End read(SnapshotReader reader, MemoryTable<K, V> table, String name) throws IOException {
        SnapshotReader.End end = reader.read(new SnapshotReader.Visitor() {
            @Override
            public void row(byte[] bytes, int offset, int size) throws IOException {
                int keySize = ByteBuffer.wrap(bytes).getInt(offset);
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, offset + 4, size - 4));
                K key = keyCodec.decode(in, keySize);
                table.load(key, valueCodec.decode(in, size - 4 - keySize));
            }

            @Override
            public void commit(byte[] bytes, int offset, int size) throws IOException {
                long revision = ByteBuffer.wrap(bytes).getLong(offset);
                table.apply(List.of(commitCodec.read(revision, bytes, offset + Long.BYTES, size - Long.BYTES)));
            }
        });
        table.loaded(end.revision());
        if (table.size() != end.rows()) {
            throw DamageException.unchanged(
                    name + " is damaged: it says that it has " + end.rows() + " entries, but has " + table.size());
        }
        return end;
    }
}
