package io.kvstore.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** What the files of this package have in common: pages, numbers with the high byte first, checksums. */
final class PageFormat {

    static final int VERSION = 1;
    static final int PAGE_SHIFT = 12;
    static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    static final int PAGE_MASK = PAGE_BYTES - 1;

    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A page that was never written, so that it is a hole of the file, has the checksum 0, which is a hole too. */
    private static final int ZEROS = crc(new byte[PAGE_BYTES]);

    private PageFormat() {}

    static int checksum(byte[] page) {
        return crc(page) ^ ZEROS;
    }

    /** Of what remains in {@code page}, which is consumed. */
    static int checksum(ByteBuffer page) {
        return crc(page) ^ ZEROS;
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

    static long roundUp(long bytes, long step) {
        return Math.multiplyExact(Math.addExact(bytes, step - 1) / step, step);
    }
}
