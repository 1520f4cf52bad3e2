package io.kvstore.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A frame holds the commits of one group, which are appended and forced together. A crash keeps a frame whole or not at
 * all.
 *
 *    0  magic           4  "KVFR"
 *    4  CRC32C          4  of the 48 bytes after this field
 *    8  salt            8  that of the segment
 *   16  offset          8  of this frame in the file
 *   24  forced          8  bytes of the file that were durable when this frame was written
 *   32  first revision  8  of the first record
 *   40  records         4
 *   44  changes         4  in all records together
 *   48  payload size    4
 *   52  kind            4  0: records; 1: seal, written on a clean close; 2: mark that another segment follows
 *   56  payload            per record: size (4), bytes
 *       CRC32C          4  of the payload
 */
/**
 * The header of a frame.
 *
 * @param offset of the frame in the file
 * @param forced how many bytes of the file were durable when the frame was written
 * @param firstRevision of the first record; of a mark, the revision that the next record would have
 * @param records how many records the frame has
 * @param changes how many changes all its records have together
 * @param payloadBytes the size of the payload
 */
record FrameHeader(
        long offset, long forced, long firstRevision, int records, int changes, int payloadBytes, Kind kind) {

    /** The kind of a frame. {@code SEAL} and {@code FOLLOWED} are marks: they have no records and end a segment. */
    enum Kind {
        RECORDS(0),
        SEAL(1),
        FOLLOWED(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        static @Nullable Kind of(int number) {
            for (Kind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            return null;
        }
    }

    static final int BYTES = 56;
    static final int TRAILER_BYTES = 4;

    /** The size of a mark: a frame without records that ends a segment. */
    static final int MARK_BYTES = BYTES + TRAILER_BYTES;

    static final int MAGIC = 0x4B564652;

    private static final int CRC_FROM = 8;

    /** Returns the header of a mark. */
    static FrameHeader mark(Kind kind, long offset, long forced, long nextRevision) {
        return new FrameHeader(offset, forced, nextRevision, 0, 0, 0, kind);
    }

    boolean isMark() {
        return kind != Kind.RECORDS;
    }

    /** Returns the offset of the end of this frame, where the next one begins. */
    long end() {
        return offset + BYTES + payloadBytes + TRAILER_BYTES;
    }

    /** Writes the header at the position of {@code out}, with the salt of its segment. */
    void encode(long salt, ByteBuffer out) {
        int at = out.position();
        out.putInt(MAGIC)
                .putInt(0)
                .putLong(salt)
                .putLong(offset)
                .putLong(forced)
                .putLong(firstRevision);
        out.putInt(records).putInt(changes).putInt(payloadBytes).putInt(kind.number);
        out.putInt(at + 4, crc(out, at));
    }

    /**
     * Reads the header at index {@code at} of a buffer, which must hold at least {@link #BYTES} bytes from there.
     * Returns null if the bytes are not the header of a frame at that offset of the segment with that salt.
     */
    static @Nullable FrameHeader decode(ByteBuffer in, int at, long salt, long offset) {
        if (in.getInt(at) != MAGIC || in.getLong(at + 8) != salt || in.getLong(at + 16) != offset) {
            return null;
        }
        if (in.getInt(at + 4) != crc(in, at)) {
            return null;
        }
        Kind kind = Kind.of(in.getInt(at + 52));
        if (kind == null) {
            return null;
        }
        return new FrameHeader(
                offset,
                in.getLong(at + 24),
                in.getLong(at + 32),
                in.getInt(at + 40),
                in.getInt(at + 44),
                in.getInt(at + 48),
                kind);
    }

    private static int crc(ByteBuffer buffer, int at) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(at + CRC_FROM, BYTES - CRC_FROM));
        return (int) crc.getValue();
    }
}
