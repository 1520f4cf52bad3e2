package io.kvstore.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A buffered stream that writes a file from its beginning. Not thread-safe. Closing the stream flushes the buffer and
 * leaves the file open; it does not force the file.
 */
public final class DiskOutputStream extends OutputStream {

    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    private long position;

    public DiskOutputStream(DiskFile file) {
        this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int n = Math.min(buffer.remaining(), length - done);
            buffer.put(bytes, offset + done, n);
            done += n;
        }
    }

    @Override
    public void flush() throws IOException {
        buffer.flip();
        int n = buffer.remaining();
        file.write(buffer, position);
        position += n;
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
