package io.kvstore.pages;

import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * The file format; numbers are big-endian:
 *
 *   0     8  magic, or zeros if the file holds no checkpoint
 *   8     4  version
 *   12    4  page size in bytes
 *   16    8  sequence number of the checkpoint
 *   24    8  number of pages of the main file before this checkpoint
 *   32    4  number of pages in this checkpoint
 *   36    4  CRC32C of the bytes 8 to 35 and of the table
 *   4096     table: for each page, in ascending order, its number (8) and checksum (4)
 *   …        the pages in the order of the table, from the next multiple of the page size
 *
 * The file is complete if its CRC32C and the checksums of all its pages match.
 */
/**
 * The double-write file: it holds all pages of one checkpoint, complete before the first of them is written to the main
 * file.
 */
final class DoubleWrite implements Closeable {

    private static final long MAGIC = 0x4b56_4457_5249_5445L; // "KVDWRITE"
    private static final int CRC_AT = 36;
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private final DiskFile file;

    DoubleWrite(DiskFile file) {
        this.file = file;
    }

    /** The header and the table of a complete file. */
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

        /** Returns whether a main file can have this header after this checkpoint, and so contain all these pages. */
        boolean matches(FileHeader header) {
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

    /** The source of the page images. */
    interface Images {
        /** Returns the bytes of the i-th page of the table. */
        byte[] get(int i) throws IOException;
    }

    /**
     * Writes a checkpoint to the file and forces it.
     *
     * @param buffer its capacity is a multiple of the page size
     */
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

    /** Reads and verifies the file. Returns null if it is empty or incomplete. */
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
     * Makes the file durable, by writing it again and forcing it. The process that wrote it may have crashed before the
     * force, or the force may have failed. After a failed force, the operating system may consider pages written that
     * never reached the disk.
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

    /** Reads the i-th page into {@code page}, and returns {@code page} ready to be read. */
    ByteBuffer image(Contents contents, int i, ByteBuffer page) throws IOException {
        page.clear();
        file.read(page, imagesAt(contents.numbers.length) + (long) i * PageFormat.PAGE_BYTES);
        return page.flip();
    }

    /** Marks the file as empty, without forcing it. */
    void invalidate() throws IOException {
        file.write(ByteBuffer.allocate(Long.BYTES), 0);
    }

    long size() throws IOException {
        return file.size();
    }

    /** Truncates the file, to free its space. */
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
