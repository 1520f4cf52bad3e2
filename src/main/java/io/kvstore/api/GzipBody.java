package io.kvstore.api;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A body that is compressed as it is written: quickly rather than well. Closing it completes it. */
final class GzipBody extends GZIPOutputStream {

    private static final int BUFFER_BYTES = 16 << 10;

    GzipBody(OutputStream out) throws IOException {
        super(out, BUFFER_BYTES);
        def.setLevel(Deflater.BEST_SPEED);
    }

    /** Gives back the memory that is not on the heap, and completes nothing. */
    void release() {
        def.end();
    }
}
