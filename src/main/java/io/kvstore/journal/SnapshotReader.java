package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads and verifies a snapshot that a {@link SnapshotWriter} wrote. Not thread-safe. */
public final class SnapshotReader {

    /** Receives the rows and commits of a snapshot, each as {@code size} bytes of {@code bytes} from {@code offset}. */
    public interface Visitor {
        void row(byte[] bytes, int offset, int size) throws IOException;

        void commit(byte[] bytes, int offset, int size) throws IOException;
    }

    /**
     * The end of a complete snapshot.
     *
     * @param revision of the state after all its commits were applied to its rows
     * @param rows how many rows that state has
     */
    public record End(long revision, long rows) {}

    private static final int READ_BYTES = 1 << 20;

    private final DataInputStream in;
    private final String name;
    private final CRC32C crc = new CRC32C();
    private final CRC32C checksumsCrc = new CRC32C();
    private long offset;
    private long revision;

    /** @param name of the source, for messages only */
    public SnapshotReader(InputStream in, String name) {
        this.in = new DataInputStream(in);
        this.name = name;
    }

    /**
     * Reads the whole snapshot. Each chunk is verified before its rows or commits are passed to {@code visitor}.
     *
     * @throws DamageException if the snapshot is incomplete or damaged; discard what {@code visitor} has received
     * @throws IOException if the snapshot has another format version, or the source cannot be read
     */
    public End read(Visitor visitor) throws IOException {
        try {
            ByteBuffer head = ByteBuffer.wrap(bytes(SnapshotWriter.HEADER_BYTES - Integer.BYTES));
            if (head.getLong(0) != SnapshotWriter.MAGIC) {
                throw damage("not a snapshot: it does not begin with the magic number");
            }
            verify(head.array());
            int version = head.getInt(Long.BYTES);
            if (version != SnapshotWriter.VERSION) {
                throw new IOException(
                        name + " has snapshot format " + version + ", but this version of KVStore reads format "
                                + SnapshotWriter.VERSION + "; use a newer version");
            }
            revision = head.getLong(2 * Long.BYTES);
            for (int number = 0; ; number++) {
                ByteBuffer chunk = ByteBuffer.wrap(bytes(SnapshotWriter.CHUNK_HEAD_BYTES - Integer.BYTES));
                verify(chunk.array());
                int kind = chunk.getInt();
                if (chunk.getInt() != number) {
                    throw damage("a chunk is missing or repeated");
                }
                int blocks = chunk.getInt();
                int expectedCrc = (int) checksumsCrc.getValue();
                int size = chunk.getInt();
                if (size < 0 || (kind == SnapshotWriter.END && size != SnapshotWriter.END_BYTES)) {
                    throw damage("invalid chunk size " + size);
                }
                byte[] payload = bytes(size);
                verify(payload);
                if (kind == SnapshotWriter.END) {
                    ByteBuffer end = ByteBuffer.wrap(payload);
                    checkEnd(expectedCrc, end.getInt(2 * Long.BYTES));
                    if (end.getLong(0) != revision) {
                        throw damage("the end chunk has revision " + end.getLong(0) + ", but the commits reach only"
                                + " revision " + revision);
                    }
                    return new End(end.getLong(), end.getLong());
                }
                visit(kind, blocks, payload, visitor);
            }
        } catch (EOFException e) {
            throw damage("the snapshot is incomplete");
        }
    }

    private void checkEnd(int expected, int found) throws IOException {
        if (expected != found) {
            throw damage("a chunk is missing or repeated");
        }
        if (in.read() >= 0) {
            throw damage("unexpected data after the end");
        }
    }

    private void visit(int kind, int blocks, byte[] payload, Visitor visitor) throws IOException {
        ByteBuffer sizes = ByteBuffer.wrap(payload);
        int at = 0;
        for (int i = 0; i < blocks; i++) {
            int size = payload.length - at < Integer.BYTES ? -1 : sizes.getInt(at);
            at += Integer.BYTES;
            if (size < (kind == SnapshotWriter.COMMITS ? Long.BYTES : 0) || size > payload.length - at) {
                throw damage("block " + i + " does not fit into its chunk");
            }
            if (kind == SnapshotWriter.ROWS) {
                visitor.row(payload, at, size);
            } else if (kind == SnapshotWriter.COMMITS) {
                if (sizes.getLong(at) != ++revision) {
                    throw damage("revision " + revision + " is missing");
                }
                visitor.commit(payload, at, size);
            } else {
                throw damage("unknown chunk kind " + kind);
            }
            at += size;
        }
    }

    private byte[] bytes(int size) throws IOException {
        byte[] bytes = new byte[Math.min(size, READ_BYTES)];
        for (int done = 0; done < size; ) {
            int n = Math.min(size - done, READ_BYTES);
            if (done + n > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * bytes.length));
                n = Math.min(n, bytes.length - done);
            }
            in.readFully(bytes, done, n);
            done += n;
        }
        return bytes;
    }

    /** Reads the checksum that follows {@code bytes}, and verifies it. */
    private void verify(byte[] bytes) throws IOException {
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        int found = in.readInt();
        if (found != (int) crc.getValue()) {
            throw damage("the data does not match its checksum");
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            checksumsCrc.update(found >>> shift);
        }
        offset += bytes.length + Integer.BYTES;
    }

    /** Returns an exception for damage at the offset up to which the snapshot was read and verified. */
    public DamageException damage(String problem) {
        return DamageException.at(name, offset, problem);
    }
}
