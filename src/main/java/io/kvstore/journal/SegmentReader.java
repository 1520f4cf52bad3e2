package io.kvstore.journal;

import io.kvstore.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one segment, one after the other. For one thread. */
final class SegmentReader {

    private static final int BUFFER_BYTES = 1 << 20;

    private final DiskFile file;
    private final SegmentHeader header;
    private final long size;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long bufferAt;
    private long position;

    /** @param from where a frame begins */
    SegmentReader(DiskFile file, SegmentHeader header, long from) throws IOException {
        this.file = file;
        this.header = header;
        this.size = file.size();
        this.position = from;
    }

    /** The end of the frames read so far. */
    long position() {
        return position;
    }

    long size() {
        return size;
    }

    /** The next frame, or null at the end of the file or of what is whole. */
    @Nullable
    Frame next() throws IOException {
        if (!fill(FrameHeader.BYTES)) {
            return null;
        }
        FrameHeader head = FrameHeader.decode(buffer, at(), header.salt(), position);
        if (head == null || head.payloadBytes() < 0 || head.end() > size) {
            return null;
        }
        long from = position;
        byte[] payload = new byte[head.payloadBytes()];
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
        position = head.end();
        return new Frame(head, payload);
    }

    /**
     * Whether a frame after {@link #position} says that the file was on disk beyond it: then what is broken there was
     * whole once, and is damage. Otherwise nobody was ever told of it, and it is a write that was cut short.
     */
    boolean isDamaged() throws IOException {
        long from = position;
        try {
            for (position = from + 1; fill(FrameHeader.BYTES); position++) {
                if (buffer.getInt(at()) != FrameHeader.MAGIC) {
                    continue;
                }
                FrameHeader head = FrameHeader.decode(buffer, at(), header.salt(), position);
                if (head != null && head.forced() > from) {
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

    /** Has the buffer hold {@code bytes}, at most its size, from the position on; false where the file ends before. */
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
            throw new EOFException("the file became shorter while it was read");
        }
        buffer.position(0).limit(n);
        bufferAt = position;
        return true;
    }
}
