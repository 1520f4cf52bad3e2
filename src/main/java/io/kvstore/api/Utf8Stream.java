package io.kvstore.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;

/**
 * Passes bytes on as long as they are UTF-8, as {@link io.kvstore.keyspace.Utf8} has it. What is read of one that is not
 * ends within the sequence that is malformed; the next read fails.
 */
final class Utf8Stream extends InputStream {

    private final InputStream in;

    /** How many bytes of the present sequence are to come, and the range of the next of them. */
    private int missing;

    private int low = 0x80;
    private int high = 0xBF;
    private boolean malformed;

    Utf8Stream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws MalformedInputException where the bytes before were the last that are UTF-8 */
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = malformed ? -1 : in.read(bytes, from, length);
        if (malformed || (read < 0 && missing > 0)) {
            throw new MalformedInputException(1);
        }
        for (int i = from; i < from + read; i++) {
            if ((missing > 0 || bytes[i] < 0) && !accept(bytes[i] & 0xFF)) {
                malformed = true;
                if (i == from) {
                    throw new MalformedInputException(1);
                }
                return i - from;
            }
        }
        return read;
    }

    /** Goes on by one byte that is not ASCII or is to go on with a sequence; says whether it may stand there. */
    private boolean accept(int b) {
        if (missing > 0) {
            boolean follows = b >= low && b <= high;
            low = 0x80;
            high = 0xBF;
            missing--;
            return follows;
        }
        if (b >= 0xC2 && b <= 0xDF) {
            missing = 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            missing = 2;
            low = b == 0xE0 ? 0xA0 : low;
            high = b == 0xED ? 0x9F : high;
        } else if (b >= 0xF0 && b <= 0xF4) {
            missing = 3;
            low = b == 0xF0 ? 0x90 : low;
            high = b == 0xF4 ? 0x8F : high;
        }
        return missing > 0;
    }
}
