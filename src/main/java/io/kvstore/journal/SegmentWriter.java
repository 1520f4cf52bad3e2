package io.kvstore.journal;

import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Appends frames to one segment. For one thread; after an exception nothing more may be written. */
final class SegmentWriter implements Closeable {

    private static final int BUFFER_BYTES = 256 << 10;

    private final DiskFile file;
    private final SegmentHeader header;
    private final Payload payload = new Payload();
    private final DataOutputStream out = new DataOutputStream(payload);
    private final ByteBuffer buffer;
    private long position = SegmentHeader.BYTES;
    private long forced = SegmentHeader.BYTES;

    /**
     * @param file holds the header and nothing else, and is on disk
     * @param buffer of {@link #buffer}, the writer's own while it is open
     */
    SegmentWriter(DiskFile file, SegmentHeader header, ByteBuffer buffer) {
        this.file = file;
        this.header = header;
        this.buffer = buffer;
    }

    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    /** Where the next frame begins. */
    long position() {
        return position;
    }

    boolean isForced() {
        return forced == position;
    }

    /** Appends a frame; it is on disk after {@link #force}. */
    FrameHeader append(long firstRevision, List<? extends LogRecord> records) throws IOException {
        long bytes = 0;
        int changes = 0;
        for (LogRecord each : records) {
            bytes += Integer.BYTES + (long) each.size();
            changes += each.changes();
        }
        if (bytes > Integer.MAX_VALUE - FrameHeader.BYTES - FrameHeader.TRAILER_BYTES) {
            throw new IllegalArgumentException("a frame of " + bytes + " bytes");
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

    private FrameHeader append(FrameHeader head, List<? extends LogRecord> records) throws IOException {
        payload.begin(position);
        buffer.clear();
        head.encode(header.salt(), buffer);
        payload.from = buffer.position();
        for (LogRecord each : records) {
            out.writeInt(each.size());
            each.writeTo(out);
        }
        payload.end(head.end());
        position = head.end();
        return head;
    }

    /** Marks a clean end: everything before it is on disk when it is. */
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

    /** Collects the payload in the buffer, which goes to the file whenever it is full. */
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
                throw new IllegalStateException("a record wrote another number of bytes than it said");
            }
        }
    }
}
