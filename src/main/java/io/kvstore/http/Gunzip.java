package io.kvstore.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/*
 * The JDK's GZIPInputStream reads another member only if its source reports available bytes, and ignores trailing bytes that
 * are not a member. If the source is a socket, both lose rows without an error.
 */
/**
 * Decompresses gzip data, RFC 1952, of one or several members, to the end of the source.
 *
 * <p>Throws a {@link ZipException} if the data is not gzip, is truncated, or has a wrong checksum. Holds native memory
 * until it is closed. Does not close its source. Not thread-safe.
 */
public final class Gunzip extends InputStream {

    private static final int MAGIC_0 = 0x1F;
    private static final int MAGIC_1 = 0x8B;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private int at;
    private int end;
    private boolean hasMember;
    private boolean inMember;
    private boolean ended;

    public Gunzip(InputStream in) {
        this.in = in;
    }

    /** Returns whether data that begins with these bytes is gzip. No UTF-8 text begins with them. */
    public static boolean isGzip(byte[] start) {
        return start.length >= 2 && (start[0] & 0xFF) == MAGIC_0 && (start[1] & 0xFF) == MAGIC_1;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                beginMember();
                continue;
            }
            int count = inflate(bytes, from, length);
            if (count > 0) {
                checksum.update(bytes, from, count);
                return count;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw new ZipException("malformed gzip data: a dictionary is required");
            } else {
                feed();
            }
        }
        return -1;
    }

    private int inflate(byte[] bytes, int from, int length) throws IOException {
        try {
            return inflater.inflate(bytes, from, length);
        } catch (DataFormatException e) {
            throw new ZipException("malformed gzip data");
        }
    }

    /** Refills the buffer; returns false at the end of the source. */
    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private void feed() throws IOException {
        if (!fill()) {
            throw cutOff();
        }
        inflater.setInput(buffer, 0, end);
        at = end; // the inflater reports the bytes that it has not used at the end of the member
    }

    private void beginMember() throws IOException {
        if (at == end && !fill()) {
            if (!hasMember) {
                throw cutOff();
            }
            ended = true;
            return;
        }
        hasMember = true;
        if (next() != MAGIC_0 || next() != MAGIC_1) {
            throw new ZipException("malformed gzip data: no gzip header");
        }
        int method = next();
        int flags = next();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new ZipException("malformed gzip data: unknown compression method or flags");
        }
        skip(6); // time, compression level, operating system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        skipTextIf(flags & NAME);
        skipTextIf(flags & COMMENT);
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
        inflater.reset();
        checksum.reset();
        inflater.setInput(buffer, at, end - at);
        at = end;
        inMember = true;
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        long sum = next() | next() << 8 | next() << 16 | (long) next() << 24;
        long size = next() | next() << 8 | next() << 16 | (long) next() << 24;
        if (sum != checksum.getValue() || size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ZipException("malformed gzip data: the checksum does not match");
        }
        inMember = false;
    }

    private int next() throws IOException {
        if (at == end && !fill()) {
            throw cutOff();
        }
        return buffer[at++] & 0xFF;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    /** Skips a text with a zero at its end, if the flag is set. */
    private void skipTextIf(int flag) throws IOException {
        boolean more = flag != 0;
        while (more) {
            more = next() != 0;
        }
    }

    private static ZipException cutOff() {
        return new ZipException("the gzip data is cut off");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
