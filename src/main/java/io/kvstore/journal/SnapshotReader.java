package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads what a {@link SnapshotWriter} wrote, and checks all of it. For one thread. */
public final class SnapshotReader {

    /** Takes rows and commits: {@code size} bytes of {@code bytes} from {@code offset} on. */
    public interface Visitor {
        void row(byte[] bytes, int offset, int size) throws IOException;

        void commit(byte[] bytes, int offset, int size) throws IOException;
    }

    /**
     * The end of a whole snapshot.
     *
     * @param revision of the state that rows and commits together make
     * @param rows how many rows that state has
     */
    public record End(long revision, long rows) {}

    private static final int STEP_BYTES = 1 << 20;

    private final DataInputStream in;
    private final String name;
    private final CRC32C crc = new CRC32C();
    private final CRC32C whole = new CRC32C();
    private long offset;
    private long revision;

    /** @param name of the source, for messages */
    public SnapshotReader(InputStream in, String name) {
        this.in = new DataInputStream(in);
        this.name = name;
    }

    /**
     * Hands on everything, a chunk after it was checked.
     *
     * @throws DamageException when the snapshot is not whole; what was handed on before is of no use
     */
    public End read(Visitor visitor) throws IOException {
        try {
            ByteBuffer head = ByteBuffer.wrap(bytes(SnapshotWriter.HEADER_BYTES - Integer.BYTES));
            if (head.getLong(0) != SnapshotWriter.MAGIC) {
                throw damage("it does not begin as a snapshot does");
            }
            check(head.array());
            int version = head.getInt(Long.BYTES);
            if (version != SnapshotWriter.VERSION) {
                throw new IOException(name + " is of snapshot format " + version + ", and this program reads format "
                        + SnapshotWriter.VERSION + "; use a newer program");
            }
            revision = head.getLong(2 * Long.BYTES);
            for (int number = 0; ; number++) {
                ByteBuffer chunk = ByteBuffer.wrap(bytes(SnapshotWriter.CHUNK_HEAD_BYTES - Integer.BYTES));
                check(chunk.array());
                int kind = chunk.getInt();
                if (chunk.getInt() != number) {
                    throw damage("a part is missing or repeated");
                }
                int blocks = chunk.getInt();
                int wholeBefore = (int) whole.getValue();
                int size = chunk.getInt();
                if (size < 0 || (kind == SnapshotWriter.END && size != SnapshotWriter.END_BYTES)) {
                    throw damage("it has a part of " + size + " bytes");
                }
                byte[] payload = bytes(size);
                check(payload);
                if (kind == SnapshotWriter.END) {
                    ByteBuffer end = ByteBuffer.wrap(payload);
                    endOfWhole(wholeBefore, end.getInt(2 * Long.BYTES));
                    if (end.getLong(0) != revision) {
                        throw damage(
                                "its end is of revision " + end.getLong(0) + ", but its commits lead to " + revision);
                    }
                    return new End(end.getLong(), end.getLong());
                }
                visit(kind, blocks, payload, visitor);
            }
        } catch (EOFException e) {
            throw damage("it ends too early");
        }
    }

    private void endOfWhole(int expected, int found) throws IOException {
        if (expected != found) {
            throw damage("a part is missing or repeated");
        }
        if (in.read() >= 0) {
            throw damage("something follows its end");
        }
    }

    private void visit(int kind, int blocks, byte[] payload, Visitor visitor) throws IOException {
        ByteBuffer sizes = ByteBuffer.wrap(payload);
        int at = 0;
        for (int i = 0; i < blocks; i++) {
            int size = payload.length - at < Integer.BYTES ? -1 : sizes.getInt(at);
            at += Integer.BYTES;
            if (size < (kind == SnapshotWriter.COMMITS ? Long.BYTES : 0) || size > payload.length - at) {
                throw damage("block " + i + " does not fit in its part");
            }
            if (kind == SnapshotWriter.ROWS) {
                visitor.row(payload, at, size);
            } else if (kind == SnapshotWriter.COMMITS) {
                if (sizes.getLong(at) != ++revision) {
                    throw damage("revision " + revision + " is missing");
                }
                visitor.commit(payload, at, size);
            } else {
                throw damage("it has a part of unknown kind " + kind);
            }
            at += size;
        }
    }

    private byte[] bytes(int size) throws IOException {
        byte[] bytes = new byte[Math.min(size, STEP_BYTES)];
        for (int done = 0; done < size; ) {
            int n = Math.min(size - done, STEP_BYTES);
            if (done + n > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * bytes.length));
                n = Math.min(n, bytes.length - done);
            }
            in.readFully(bytes, done, n);
            done += n;
        }
        return bytes;
    }

    /** Reads the checksum of the bytes that were read last. */
    private void check(byte[] bytes) throws IOException {
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        int found = in.readInt();
        if (found != (int) crc.getValue()) {
            throw damage("its checksum does not match");
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            whole.update(found >>> shift);
        }
        offset += bytes.length + Integer.BYTES;
    }

    /** Damage in the part that was read last, or is being read. */
    public DamageException damage(String what) {
        return DamageException.at(name, offset, what);
    }
}
