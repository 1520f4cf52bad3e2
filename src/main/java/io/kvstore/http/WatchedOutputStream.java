package io.kvstore.http;

import java.io.IOException;
import java.io.OutputStream;

/** The body of a response: counts the bytes and reports each write to the watch. Not thread-safe. */
final class WatchedOutputStream extends OutputStream {

    private static final int WRITE_BYTES = 64 << 10;

    private final OutputStream out;
    private final IoWatch watch;
    private long count;

    WatchedOutputStream(OutputStream out, IoWatch watch) {
        this.out = out;
        this.watch = watch;
    }

    /** Returns how many bytes have been written. */
    long count() {
        return count;
    }

    @Override
    public void write(int b) throws IOException {
        watch.begin();
        try {
            out.write(b);
            count++;
        } finally {
            watch.end();
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        watch.begin();
        try {
            int end = from + length;
            for (int at = from; at < end; at += WRITE_BYTES) {
                int part = Math.min(WRITE_BYTES, end - at);
                out.write(bytes, at, part);
                count += part;
                watch.begin();
            }
        } finally {
            watch.end();
        }
    }

    @Override
    public void flush() throws IOException {
        watch.begin();
        try {
            out.flush();
        } finally {
            watch.end();
        }
    }

    @Override
    public void close() throws IOException {
        watch.begin();
        try {
            out.close();
        } finally {
            watch.end();
        }
    }
}
