package io.kvstore.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Page 0 of the main file: magic, version and page size, then the three fields of this record. The last four bytes are
 * the CRC32C of all bytes before them. Numbers are big-endian.
 *
 * @param sequence the sequence number of the checkpoint
 * @param revision the revision that the caller gave to the checkpoint
 * @param pages the length of the file in pages, including this one
 */
record FileHeader(long sequence, long revision, long pages) {

    private static final long MAGIC = 0x4b56_5041_4745_530aL; // "KVPAGES\n"
    private static final long PAGES_MAX = 1L << 36;
    private static final int CRC_AT = PageFormat.PAGE_BYTES - Integer.BYTES;

    byte[] encode() {
        byte[] page = new byte[PageFormat.PAGE_BYTES];
        ByteBuffer out = ByteBuffer.wrap(page);
        out.putLong(MAGIC).putInt(PageFormat.VERSION).putInt(PageFormat.PAGE_BYTES);
        out.putLong(sequence).putLong(revision).putLong(pages);
        out.putInt(CRC_AT, PageFormat.crc(ByteBuffer.wrap(page, 0, CRC_AT)));
        return page;
    }

    /**
     * Reads a header page. Returns null if it does not match its checksum or contains an impossible number of pages.
     *
     * @param file for messages only
     * @throws IOException if the page is intact but has another format version or page size
     */
    static @Nullable FileHeader decode(byte[] page, Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(page);
        if (in.getInt(CRC_AT) != PageFormat.crc(ByteBuffer.wrap(page, 0, CRC_AT)) || in.getLong() != MAGIC) {
            return null;
        }
        int version = in.getInt();
        int pageBytes = in.getInt();
        if (version != PageFormat.VERSION || pageBytes != PageFormat.PAGE_BYTES) {
            throw new IOException(file + " has format " + version + " with pages of " + pageBytes
                    + " bytes, but this version of KVStore reads format " + PageFormat.VERSION + " with pages of "
                    + PageFormat.PAGE_BYTES + " bytes; use a newer version");
        }
        FileHeader header = new FileHeader(in.getLong(), in.getLong(), in.getLong());
        return header.pages() < 1 || header.pages() > PAGES_MAX ? null : header;
    }
}
