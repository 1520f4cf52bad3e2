package io.kvstore.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/*
 * The JDK's GZIPInputStream looks for a further member only where its source says that bytes are available, and takes
 * whatever follows that is none for the end. From a socket, either loses rows without a word.
 */
/**
 * What gzip data, RFC 1952, stands for: one member or several, to the very end of the source. Bytes of any other kind, a
 * wrong checksum, and data that end too early are a {@link ZipException}. Holds native memory until it is closed, and does
 * not close its source.
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
    private boolean begun;
    private boolean within;
    private boolean ended;

    public Gunzip(InputStream in) {
        this.in = in;
    }

    /** Whether data that begin so are gzip, or nothing that is text. */
    public static boolean begins(byte[] start) {
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
            if (!within) {
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
                throw new ZipException("gzip data have no dictionary");
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
            throw new ZipException("the gzip data are damaged");
        }
    }

    /** Reads on; says whether there was anything. */
    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private void feed() throws IOException {
        if (!fill()) {
            throw cutShort();
        }
        inflater.setInput(buffer, 0, end);
        at = end; // all of it is the inflater's, until it says what it has not used
    }

    private void beginMember() throws IOException {
        if (at == end && !fill()) {
            if (!begun) {
                throw cutShort();
            }
            ended = true;
            return;
        }
        begun = true;
        if (next() != MAGIC_0 || next() != MAGIC_1) {
            throw new ZipException("there are bytes that are no gzip data");
        }
        int method = next();
        int flags = next();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new ZipException("the gzip data are of no known kind");
        }
        skip(6); // time, level, system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        skipText(flags & NAME);
        skipText(flags & COMMENT);
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
        inflater.reset();
        checksum.reset();
        inflater.setInput(buffer, at, end - at);
        at = end;
        within = true;
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        long sum = next() | next() << 8 | next() << 16 | (long) next() << 24;
        long size = next() | next() << 8 | next() << 16 | (long) next() << 24;
        if (sum != checksum.getValue() || size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ZipException("the gzip data are damaged: their checksum does not match");
        }
        within = false;
    }

    private int next() throws IOException {
        if (at == end && !fill()) {
            throw cutShort();
        }
        return buffer[at++] & 0xFF;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText(int present) throws IOException {
        boolean more = present != 0;
        while (more) {
            more = next() != 0;
        }
    }

    private static ZipException cutShort() {
        return new ZipException("the gzip data end before they are complete");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
