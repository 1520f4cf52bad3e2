package io.kvstore.storage;

import java.io.OutputStream;

/** Writes to an array, which must be filled exactly. */
public final class FixedOutput extends OutputStream {
    private final byte[] bytes;
    private int at;

    public FixedOutput(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    @Override
    public void write(int b) {
        bytes[at++] = (byte) b;
    }

    @Override
    public void write(byte[] from, int start, int length) {
        System.arraycopy(from, start, bytes, at, length);
        at += length;
    }

    /** Throws an exception if the array is not full. */
    public void checkFull() {
        if (at != bytes.length) {
            throw new IllegalStateException(
                    "a codec wrote " + (bytes.length - at) + " bytes fewer than its size method returned");
        }
    }
}
