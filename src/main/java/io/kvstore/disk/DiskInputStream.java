package io.kvstore.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A buffered stream that reads a file from its beginning. Not thread-safe. Closing the stream leaves the file open. */
public final class DiskInputStream extends InputStream {

    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10).limit(0);
    private long position;

    public DiskInputStream(DiskFile file) {
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(buffer.remaining(), length);
        buffer.get(bytes, offset, n);
        return n;
    }

    private boolean fill() throws IOException {
        if (!buffer.hasRemaining()) {
            position += file.read(buffer.clear(), position);
            buffer.flip();
        }
        return buffer.hasRemaining();
    }
}
