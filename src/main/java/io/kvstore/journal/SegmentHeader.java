package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/*
 * The first 64 bytes of a segment; numbers are big-endian:
 *
 *    0  magic           8  "KVJOURNL"
 *    8  version         4  1
 *   12  flags           4  bit 0: every frame was forced before its commits were acknowledged
 *   16  salt            8  random, repeated in every frame
 *   24  epoch           8  of the store when this segment was written
 *   32  first revision  8  of the first record, or of the record that would be the first
 *   40  zeros          20
 *   60  CRC32C          4  of the 60 bytes before this field
 */
/**
 * The header of a segment.
 *
 * @param forcedAlways whether every frame was forced before its commits were acknowledged
 * @param salt a random number, so that no bytes that a client stored can be mistaken for a frame of this segment
 * @param epoch of the store when the segment was written
 * @param firstRevision of the first record, or of the record that would be the first
 */
record SegmentHeader(boolean forcedAlways, long salt, long epoch, long firstRevision) {

    static final int BYTES = 64;

    private static final long MAGIC = 0x4B564A4F55524E4CL;
    private static final int VERSION = 1;
    private static final int CRC_AT = 60;

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(MAGIC).putInt(VERSION).putInt(forcedAlways ? 1 : 0);
        out.putLong(salt).putLong(epoch).putLong(firstRevision);
        return out.putInt(CRC_AT, crc(out.array())).clear();
    }

    /**
     * Reads a header.
     *
     * @param file for messages only
     * @throws DamageException if it is damaged
     * @throws IOException if it has another format version
     */
    static SegmentHeader decode(ByteBuffer head, Path file) throws IOException {
        if (head.remaining() < BYTES || head.getLong(0) != MAGIC) {
            throw DamageException.at(file, 0, "not a journal file: it does not begin with the magic number");
        }
        byte[] bytes = new byte[BYTES];
        head.get(0, bytes);
        if (head.getInt(CRC_AT) != crc(bytes)) {
            throw DamageException.at(file, 0, "the header does not match its checksum");
        }
        int version = head.getInt(8);
        if (version != VERSION) {
            throw new IOException(file + " has journal format " + version
                    + ", but this version of KVStore reads format " + VERSION + "; use a newer version");
        }
        return new SegmentHeader((head.getInt(12) & 1) != 0, head.getLong(16), head.getLong(24), head.getLong(32));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        return (int) crc.getValue();
    }
}
