package io.kvstore.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** What the file formats of this package share: the page size, big-endian numbers and checksums. */
final class PageFormat {

    static final int VERSION = 1;
    static final int PAGE_SHIFT = 12;
    static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    static final int PAGE_MASK = PAGE_BYTES - 1;

    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /**
     * The CRC32C of a page of zeros. A checksum is XORed with it, so that the checksum of a page of zeros is 0: a page
     * that was never written is a hole in the file, and its checksum is a hole in the file of checksums.
     */
    private static final int ZERO_PAGE_CRC = crc(new byte[PAGE_BYTES]);

    private PageFormat() {}

    /** Returns the checksum of a page. */
    static int checksum(byte[] page) {
        return crc(page) ^ ZERO_PAGE_CRC;
    }

    /** Returns the checksum of the remaining bytes of {@code page}, and consumes them. */
    static int checksum(ByteBuffer page) {
        return crc(page) ^ ZERO_PAGE_CRC;
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    /** Returns the smallest multiple of {@code step} that is at least {@code bytes}. */
    static long roundUp(long bytes, long step) {
        return Math.multiplyExact(Math.addExact(bytes, step - 1) / step, step);
    }
}
