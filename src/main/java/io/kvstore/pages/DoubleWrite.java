package io.kvstore.pages;

import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * The file, all numbers with the high byte first:
 *
 *   0     8  magic, zero while the file holds nothing
 *   8     4  version
 *   12    4  page size
 *   16    8  sequence number of the checkpoint
 *   24    8  length of the file in pages before this checkpoint
 *   32    4  count of pages
 *   36    4  CRC32C of the bytes 8 to 35 and of the table
 *   4096     table: for each page, upwards, its number (8) and checksum (4)
 *   …        the pages in the order of the table, from the next multiple of the page size on
 *
 * It is complete when its CRC and the checksums of all its pages are right.
 */
/** The pages of one checkpoint, complete before the first of them is written to its place. */
final class DoubleWrite implements Closeable {

    private static final long MAGIC = 0x4b56_4457_5249_5445L; // "KVDWRITE"
    private static final int CRC_AT = 36;
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private final DiskFile file;

    DoubleWrite(DiskFile file) {
        this.file = file;
    }

    /** What a complete file holds. */
    static final class Contents {
        final long sequence;
        final long pagesBefore;
        final long[] numbers;
        final int[] checksums;

        Contents(long sequence, long pagesBefore, long[] numbers, int[] checksums) {
            this.sequence = sequence;
            this.pagesBefore = pagesBefore;
            this.numbers = numbers;
            this.checksums = checksums;
        }

        /** Whether a file may have that header, and all these pages, after this checkpoint. */
        boolean isOf(FileHeader header) {
            for (int i = 1; i < numbers.length; i++) {
                if (numbers[i] <= numbers[i - 1]) {
                    return false;
                }
            }
            return header.sequence() == sequence
                    && pagesBefore >= 1
                    && pagesBefore <= header.pages()
                    && numbers[numbers.length - 1] < header.pages();
        }
    }

    /** Where the bytes of the i-th page come from. */
    interface Images {
        byte[] get(int i) throws IOException;
    }

    /** Writes and forces all of it. {@code buffer} holds whole pages. */
    void write(Contents contents, Images images, ByteBuffer buffer) throws IOException {
        int count = contents.numbers.length;
        ByteBuffer header = ByteBuffer.allocate(PageFormat.PAGE_BYTES);
        header.putLong(MAGIC).putInt(PageFormat.VERSION).putInt(PageFormat.PAGE_BYTES);
        header.putLong(contents.sequence).putLong(contents.pagesBefore).putInt(count);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), Long.BYTES, CRC_AT - Long.BYTES);
        long at = PageFormat.PAGE_BYTES;
        buffer.clear();
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < ENTRY_BYTES) {
                at = flush(buffer, at, crc);
            }
            buffer.putLong(contents.numbers[i]).putInt(contents.checksums[i]);
        }
        flush(buffer, at, crc);
        at = imagesAt(count);
        for (int i = 0; i < count; i++) {
            if (!buffer.hasRemaining()) {
                at = flush(buffer, at, null);
            }
            buffer.put(images.get(i));
        }
        flush(buffer, at, null);
        header.putInt((int) crc.getValue()).clear();
        file.write(header, 0);
        file.force();
    }

    private long flush(ByteBuffer buffer, long at, @Nullable CRC32C crc) throws IOException {
        buffer.flip();
        if (crc != null) {
            crc.update(buffer.duplicate());
        }
        long end = at + buffer.remaining();
        file.write(buffer, at);
        buffer.clear();
        return end;
    }

    /** What the file holds, or null when it is empty or torn. */
    @Nullable
    Contents read(ByteBuffer buffer) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(CRC_AT + Integer.BYTES);
        if (file.read(header, 0) < header.capacity() || header.flip().getLong() != MAGIC) {
            return null;
        }
        int version = header.getInt();
        int pageBytes = header.getInt();
        long sequence = header.getLong();
        long pagesBefore = header.getLong();
        int count = header.getInt();
        if (version != PageFormat.VERSION || pageBytes != PageFormat.PAGE_BYTES || count <= 0) {
            return null;
        }
        if (file.size() < imagesAt(count) + (long) count * PageFormat.PAGE_BYTES) {
            return null;
        }
        CRC32C crc = new CRC32C();
        crc.update(header.array(), Long.BYTES, CRC_AT - Long.BYTES);
        long[] numbers = new long[count];
        int[] checksums = new int[count];
        long at = PageFormat.PAGE_BYTES;
        buffer.clear().limit(0);
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < ENTRY_BYTES) {
                buffer.clear().limit((int) Math.min(
                        buffer.capacity() / ENTRY_BYTES * (long) ENTRY_BYTES, (long) (count - i) * ENTRY_BYTES));
                at += file.read(buffer, at);
                buffer.flip();
                crc.update(buffer.duplicate());
            }
            numbers[i] = buffer.getLong();
            checksums[i] = buffer.getInt();
        }
        if (header.getInt() != (int) crc.getValue()) {
            return null;
        }
        Contents contents = new Contents(sequence, pagesBefore, numbers, checksums);
        ByteBuffer page = ByteBuffer.allocate(PageFormat.PAGE_BYTES);
        for (int i = 0; i < count; i++) {
            if (PageFormat.checksum(image(contents, i, page)) != checksums[i]) {
                return null;
            }
        }
        return contents;
    }

    /**
     * Makes what was read durable, by writing it again and forcing it: whoever wrote it may have died before its force, or
     * seen it fail, after which the system takes for written what never reached the disk.
     */
    void rewrite(Contents contents, ByteBuffer buffer) throws IOException {
        long end = imagesAt(contents.numbers.length) + (long) contents.numbers.length * PageFormat.PAGE_BYTES;
        for (long at = 0; at < end; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            file.read(buffer, at);
            file.write(buffer.flip(), at);
        }
        file.force();
    }

    /** The i-th page. */
    ByteBuffer image(Contents contents, int i, ByteBuffer page) throws IOException {
        page.clear();
        file.read(page, imagesAt(contents.numbers.length) + (long) i * PageFormat.PAGE_BYTES);
        return page.flip();
    }

    /** Says that nothing is held any more. Not forced. */
    void invalidate() throws IOException {
        file.write(ByteBuffer.allocate(Long.BYTES), 0);
    }

    long size() throws IOException {
        return file.size();
    }

    void erase() throws IOException {
        file.truncate(0);
    }

    private static long imagesAt(int count) {
        return PageFormat.PAGE_BYTES + PageFormat.roundUp((long) count * ENTRY_BYTES, PageFormat.PAGE_BYTES);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
