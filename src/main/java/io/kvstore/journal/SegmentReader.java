package io.kvstore.journal;

import io.kvstore.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one segment in order. Not thread-safe. */
final class SegmentReader {

    private static final int BUFFER_BYTES = 1 << 20;

    private final DiskFile file;
    private final SegmentHeader segment;
    private final long size;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long bufferAt;
    private long position;

    /** @param from the offset of a frame, or the end of the header */
    SegmentReader(DiskFile file, SegmentHeader segment, long from) throws IOException {
        this.file = file;
        this.segment = segment;
        this.size = file.size();
        this.position = from;
    }

    /** Returns the end of the last frame that was read. */
    long position() {
        return position;
    }

    long size() {
        return size;
    }

    /** Returns the next frame, or null at the end of the file or if the next bytes are not a valid frame. */
    @Nullable
    Frame next() throws IOException {
        if (!fill(FrameHeader.BYTES)) {
            return null;
        }
        FrameHeader header = FrameHeader.decode(buffer, at(), segment.salt(), position);
        if (header == null || header.payloadBytes() < 0 || header.end() > size) {
            return null;
        }
        long from = position;
        byte[] payload = new byte[header.payloadBytes()];
        crc.reset();
        position += FrameHeader.BYTES;
        for (int done = 0; done < payload.length; ) {
            int n = Math.min(payload.length - done, BUFFER_BYTES);
            fill(n);
            buffer.get(at(), payload, done, n);
            crc.update(payload, done, n);
            done += n;
            position += n;
        }
        fill(FrameHeader.TRAILER_BYTES);
        if (buffer.getInt(at()) != (int) crc.getValue()) {
            position = from;
            return null;
        }
        position = header.end();
        return new Frame(header, payload);
    }

    /**
     * Returns whether the invalid bytes at {@link #position} are damage: a frame after them records that the file had
     * been forced beyond that position. Otherwise they are an incomplete write, which was never acknowledged as
     * durable.
     */
    boolean isDamaged() throws IOException {
        long from = position;
        try {
            for (position = from + 1; fill(FrameHeader.BYTES); position++) {
                if (buffer.getInt(at()) != FrameHeader.MAGIC) {
                    continue;
                }
                FrameHeader header = FrameHeader.decode(buffer, at(), segment.salt(), position);
                if (header != null && header.forced() > from) {
                    return true;
                }
            }
            return false;
        } finally {
            position = from;
        }
    }

    private int at() {
        return (int) (position - bufferAt);
    }

    /**
     * Makes the buffer hold {@code bytes} bytes from the position. Returns false if the file ends before.
     *
     * @param bytes at most {@link #BUFFER_BYTES}
     */
    private boolean fill(int bytes) throws IOException {
        if (position >= bufferAt && position + bytes <= bufferAt + buffer.limit()) {
            return true;
        }
        if (position + bytes > size) {
            return false;
        }
        int wanted = (int) Math.min(BUFFER_BYTES, size - position);
        if (buffer.capacity() < wanted) {
            buffer = ByteBuffer.allocate(wanted);
        }
        int n = file.read(buffer.clear().limit(wanted), position);
        if (n < wanted) {
            throw new EOFException("the file was truncated while it was being read");
        }
        buffer.position(0).limit(n);
        bufferAt = position;
        return true;
    }
}
