package io.kvstore.journal;

import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Appends frames to one segment. Not thread-safe. Must not be written to after an exception. */
final class SegmentWriter implements Closeable {

    private static final int BUFFER_BYTES = 256 << 10;
    private static final int PAYLOAD_BYTES_MAX = Integer.MAX_VALUE - FrameHeader.BYTES - FrameHeader.TRAILER_BYTES;

    private final DiskFile file;
    private final SegmentHeader header;
    private final Payload payload = new Payload();
    private final DataOutputStream out = new DataOutputStream(payload);
    private final ByteBuffer buffer;
    private long position = SegmentHeader.BYTES;
    private long forced = SegmentHeader.BYTES;

    /**
     * @param file contains only the header, which is durable
     * @param buffer from {@link #buffer}, not used by another writer until this one is closed
     */
    SegmentWriter(DiskFile file, SegmentHeader header, ByteBuffer buffer) {
        this.file = file;
        this.header = header;
        this.buffer = buffer;
    }

    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    /** Returns the offset at which the next frame will begin. */
    long position() {
        return position;
    }

    boolean isForced() {
        return forced == position;
    }

    /** Appends a frame. It is durable after {@link #force}. */
    FrameHeader append(long firstRevision, List<? extends LogRecord> records) throws IOException {
        long bytes = 0;
        int changes = 0;
        for (LogRecord each : records) {
            bytes += Integer.BYTES + (long) each.size();
            changes += each.changes();
        }
        if (bytes > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a frame payload must have at most " + PAYLOAD_BYTES_MAX + " bytes, not " + bytes);
        }
        return append(
                new FrameHeader(
                        position,
                        forced,
                        firstRevision,
                        records.size(),
                        changes,
                        (int) bytes,
                        FrameHeader.Kind.RECORDS),
                records);
    }

    private FrameHeader append(FrameHeader frame, List<? extends LogRecord> records) throws IOException {
        payload.begin(position);
        buffer.clear();
        frame.encode(header.salt(), buffer);
        payload.from = buffer.position();
        for (LogRecord each : records) {
            out.writeInt(each.size());
            each.writeTo(out);
        }
        payload.end(frame.end());
        position = frame.end();
        return frame;
    }

    /** Writes a seal, which marks a clean end. All records are forced before it, and then the seal. */
    void seal(long nextRevision) throws IOException {
        force();
        append(FrameHeader.mark(FrameHeader.Kind.SEAL, position, forced, nextRevision), List.of());
        force();
    }

    void force() throws IOException {
        if (!isForced()) {
            file.force();
            forced = position;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * Writes a frame through the buffer, which is flushed to the file whenever it is full, and computes the checksum of
     * its payload.
     */
    private final class Payload extends OutputStream {
        private final CRC32C crc = new CRC32C();
        private long at;
        private int from;

        void begin(long position) {
            crc.reset();
            at = position;
        }

        @Override
        public void write(int b) throws IOException {
            if (!buffer.hasRemaining()) {
                flushBuffer();
            }
            buffer.put((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                if (!buffer.hasRemaining()) {
                    flushBuffer();
                }
                int n = Math.min(buffer.remaining(), length - done);
                buffer.put(bytes, offset + done, n);
                done += n;
            }
        }

        private void flushBuffer() throws IOException {
            crc.update(buffer.slice(from, buffer.position() - from));
            from = 0;
            buffer.flip();
            int n = buffer.remaining();
            file.write(buffer, at);
            at += n;
            buffer.clear();
        }

        void end(long frameEnd) throws IOException {
            if (buffer.remaining() < FrameHeader.TRAILER_BYTES) {
                flushBuffer();
            }
            crc.update(buffer.slice(from, buffer.position() - from));
            buffer.putInt((int) crc.getValue());
            buffer.flip();
            int n = buffer.remaining();
            file.write(buffer, at);
            if (at + n != frameEnd) {
                throw new IllegalStateException("a record wrote a different number of bytes than its size()");
            }
        }
    }
}
