package io.kvstore.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A frame is what one group of commits appends, and what is forced at once: whole, or not there.
 *
 *    0  magic           4  "KVFR"
 *    4  CRC32C          4  of the 48 bytes that follow
 *    8  salt            8  the segment's
 *   16  offset          8  of this frame in the file
 *   24  forced          8  how much of the file was known to be on disk when this frame was written
 *   32  first revision  8  of the first record
 *   40  records         4
 *   44  changes         4  in all records together
 *   48  payload size    4
 *   52  kind            4  0: records; 1: a seal, the mark of a clean end; 2: the mark that another segment follows
 *   56  payload            per record: size (4), bytes
 *       CRC32C          4  of the payload
 */
/** The head of a frame. */
record FrameHeader(
        long offset, long forced, long firstRevision, int records, int changes, int payloadBytes, Kind kind) {

    /** What a frame is; a mark has no records. */
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

    /** How long a frame without records is, which marks the end of a segment. */
    static final int MARK_BYTES = BYTES + TRAILER_BYTES;

    static final int MAGIC = 0x4B564652;

    private static final int CRC_FROM = 8;

    /** A mark at an offset. */
    static FrameHeader mark(Kind kind, long offset, long forced, long nextRevision) {
        return new FrameHeader(offset, forced, nextRevision, 0, 0, 0, kind);
    }

    boolean isMark() {
        return kind != Kind.RECORDS;
    }

    /** Where the next frame begins. */
    long end() {
        return offset + BYTES + payloadBytes + TRAILER_BYTES;
    }

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
     * The head at {@code at} in a buffer that holds at least {@link #BYTES} from there, or null when the bytes are not the
     * head of a frame at that offset of the segment with that salt.
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
