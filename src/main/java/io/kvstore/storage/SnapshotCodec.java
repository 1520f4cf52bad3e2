package io.kvstore.storage;

import io.kvstore.disk.DamageException;
import io.kvstore.journal.Encodable;
import io.kvstore.journal.LogRecord;
import io.kvstore.journal.SnapshotReader;
import io.kvstore.journal.SnapshotWriter;
import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.KeyCodec;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/*
 * A row of a snapshot is the key size (4 bytes), the key and the value. A commit is the revision (8 bytes) and the
 * encoded commit (CommitCodec).
 */
/** Writes a table and the commits after it as a snapshot, and reads snapshots. */
final class SnapshotCodec<K, V> {

    private static final long CHUNK_BYTES = 1 << 20;

    private final KeyCodec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final CommitCodec<K, V> commitCodec;

    /** Receives the contents of a snapshot, in order. */
    interface Target<K, V> {
        void apply(Commit<K, V> commit) throws IOException;
    }

    SnapshotCodec(EntryFormat<K, V> format) {
        this.keyCodec = format.keyCodec();
        this.valueCodec = format.valueCodec();
        this.commitCodec = new CommitCodec<>(format);
    }

    /** Writes all entries, page by page, while commits continue. */
    void writeRows(Table<K, V> table, SnapshotWriter writer) throws IOException {
        EntryPageRequest<K> request = EntryPageRequest.all();
        while (true) {
            EntryPage<K, V> page = table.page(request);
            writePage(page, writer);
            if (page.last()) {
                return;
            }
            request = request.after(page);
        }
    }

    /** Writes the entries of a page. */
    void writePage(EntryPage<K, V> page, SnapshotWriter writer) throws IOException {
        List<Encodable> rows = new ArrayList<>(page.entries().size());
        for (Map.Entry<K, V> entry : page.entries()) {
            rows.add(row(entry.getKey(), entry.getValue()));
        }
        if (!rows.isEmpty()) {
            writer.rows(rows);
        }
    }

    private Encodable row(K key, V value) {
        int keySize = keyCodec.size(key);
        int size = Math.addExact(4 + keySize, valueCodec.size(value));
        return new Encodable() {
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

    /** Writes the commits after {@code from} up to {@code to}, as the log encodes them. */
    void writeCommits(CommitLog<K, V> log, long from, long to, SnapshotWriter writer) throws IOException {
        long[] done = {from};
        while (done[0] < to) {
            List<Encodable> commits = new ArrayList<>();
            boolean kept = log.readEncoded(done[0], to, CHUNK_BYTES, (revision, bytes, offset, size) -> {
                commits.add(commit(revision, bytes, offset, size));
                done[0] = revision;
            });
            if (!kept || commits.isEmpty()) {
                throw new IOException(
                        "the log has no commit after revision " + done[0] + ", but the snapshot needs all up to " + to);
            }
            writer.commits(commits);
        }
    }

    /** Writes commits that follow those already written. */
    void writeCommits(List<Commit<K, V>> commits, SnapshotWriter writer) throws IOException {
        List<Encodable> blocks = new ArrayList<>(commits.size());
        for (Commit<K, V> commit : commits) {
            LogRecord record = commitCodec.record(commit, Math.toIntExact(commitCodec.size(commit)));
            blocks.add(new Encodable() {
                @Override
                public int size() {
                    return Long.BYTES + record.size();
                }

                @Override
                public void writeTo(DataOutput out) throws IOException {
                    out.writeLong(commit.revision());
                    record.writeTo(out);
                }
            });
        }
        writer.commits(blocks);
    }

    private static Encodable commit(long revision, byte[] bytes, int offset, int size) {
        return new Encodable() {
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
     * Reads a snapshot. Passes each row to the target as a commit of revision 0, then each commit, and at the end an
     * empty commit with the revision of the snapshot.
     *
     * @throws DamageException when it is not whole; what was handed on before is of no use
     */
    SnapshotReader.End read(SnapshotReader reader, Target<K, V> target) throws IOException {
        SnapshotReader.End end = reader.read(new SnapshotReader.Visitor() {
            @Override
            public void row(byte[] bytes, int offset, int size) throws IOException {
                target.apply(decoded(reader, () -> readRow(bytes, offset, size)));
            }

            @Override
            public void commit(byte[] bytes, int offset, int size) throws IOException {
                long revision = ByteBuffer.wrap(bytes).getLong(offset);
                target.apply(decoded(
                        reader, () -> commitCodec.read(revision, bytes, offset + Long.BYTES, size - Long.BYTES)));
            }
        });
        target.apply(new Commit<>(end.revision(), List.of()));
        return end;
    }

    private interface Decoding<K, V> {
        Commit<K, V> run() throws IOException;
    }

    /** Bytes that match their checksum but cannot be decoded were written by another program, or for other codecs. */
    private static <K, V> Commit<K, V> decoded(SnapshotReader reader, Decoding<K, V> decoding) throws IOException {
        try {
            return decoding.run();
        } catch (IOException | RuntimeException e) {
            throw reader.damage("its contents cannot be decoded (" + e + ")");
        }
    }

    private Commit<K, V> readRow(byte[] bytes, int offset, int size) throws IOException {
        FixedInput in = new FixedInput(bytes, offset, size);
        int keySize = in.readInt();
        in.checkHolds(keySize, 0);
        K key = keyCodec.decode(in, keySize);
        V value = valueCodec.decode(in, in.remaining());
        return new Commit<>(0, List.of(new Commit.Effect<>(key, value, 0)));
    }

    /**
     * Compares the number of entries that a snapshot produced with the number in its end record.
     *
     * @throws DamageException when it is something else; what was made is then of no use
     */
    static void check(SnapshotReader.End end, long entries, Object name) throws DamageException {
        if (entries != end.rows()) {
            throw DamageException.unchanged(
                    name + " is damaged: it declares " + end.rows() + " entries, but contains " + entries);
        }
    }
}
