package io.kvstore.api;

import java.io.IOException;
import java.io.OutputStream;

/** A stream to a client, each of whose writes is told to a watch. */
final class WatchedOutputStream extends OutputStream {

    private static final int WRITE_BYTES = 64 << 10;

    private final OutputStream out;
    private final IoWatch watch;

    WatchedOutputStream(OutputStream out, IoWatch watch) {
        this.out = out;
        this.watch = watch;
    }

    @Override
    public void write(int b) throws IOException {
        watch.begin();
        try {
            out.write(b);
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
                out.write(bytes, at, Math.min(WRITE_BYTES, end - at));
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
