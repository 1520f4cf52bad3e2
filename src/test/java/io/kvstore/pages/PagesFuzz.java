package io.kvstore.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Opens a paged file with a double-write. Opening must fail with an {@link IOException}, or each page must be wholly
 * that of the file or wholly that of the double-write, or be reported as damaged.
 *
 * <p>The file has three pages besides its header. The input gives the fields of the double-write, to which valid
 * checksums are added, and then bytes that are written over any of the three files.
 */
public final class PagesFuzz {

    private static final Path FOLDER = Path.of("/pages");
    private static final String NAME = "pages";
    private static final int WINDOW = 16 << 10;
    private static final int PAGES = 4;
    private static final int SEQUENCE = 9;
    private static final byte OLD = 1;
    private static final byte NEW = 2;

    private PagesFuzz() {}

    /** @param input see the class comment */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.createFolders(FOLDER);
        ByteBuffer in = ByteBuffer.wrap(input);
        writeFile(disk);
        writeDoubleWrite(disk, in);
        overwrite(disk, in);
        try (PagedFile file = PagedFile.open(disk, FOLDER, NAME, WINDOW)) {
            for (long at = 0; at < Math.min(file.length(), 1 << 20); at += PageFormat.PAGE_BYTES) {
                check(file, at);
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).contains(FOLDER.toString());
        }
    }

    private static void check(PagedFile file, long at) {
        byte[] page = new byte[PageFormat.PAGE_BYTES];
        try {
            file.get(at, page, 0, page.length);
        } catch (DamagedPageException reported) {
            return;
        }
        for (byte each : page) {
            assertThat(each).isEqualTo(page[0]).isIn((byte) 0, OLD, NEW);
        }
    }

    private static byte[] page(byte content) {
        byte[] page = new byte[PageFormat.PAGE_BYTES];
        Arrays.fill(page, content);
        return page;
    }

    private static void writeFile(Disk disk) throws IOException {
        ByteBuffer pages = ByteBuffer.allocate(PAGES * PageFormat.PAGE_BYTES);
        ByteBuffer checksums = ByteBuffer.allocate(PageFormat.PAGE_BYTES);
        for (int i = 0; i < PAGES; i++) {
            byte[] page = i == 0 ? new FileHeader(SEQUENCE, 5, PAGES).encode() : page(OLD);
            pages.put(page);
            checksums.putInt(PageFormat.checksum(page));
        }
        write(disk, "", pages.clear(), 0);
        write(disk, ".crc", checksums.clear(), 0);
    }

    private static void writeDoubleWrite(Disk disk, ByteBuffer in) throws IOException {
        int count = byteOf(in) % 4;
        try (DiskFile file = disk.open(FOLDER.resolve(NAME + ".dw"), Disk.Access.CREATE)) {
            if (count == 0) {
                return;
            }
            byte[][] images = new byte[count][];
            long[] numbers = new long[count];
            int[] checksums = new int[count];
            for (int i = 0; i < count; i++) {
                images[i] = page(NEW);
                numbers[i] = (byte) byteOf(in);
            }
            long sequence = SEQUENCE - 1L + byteOf(in) % 4;
            int pages = (byte) byteOf(in);
            if (byteOf(in) % 8 != 7) {
                images[0] = new FileHeader(sequence, 6, pages).encode();
            }
            for (int i = 0; i < count; i++) {
                checksums[i] = PageFormat.checksum(images[i]);
            }
            DoubleWrite.Contents contents = new DoubleWrite.Contents(sequence, (byte) byteOf(in), numbers, checksums);
            new DoubleWrite(file).write(contents, i -> images[i], ByteBuffer.allocate(2 * PageFormat.PAGE_BYTES));
        }
    }

    private static void overwrite(Disk disk, ByteBuffer in) throws IOException {
        String[] suffixes = {"", ".crc", ".dw"};
        while (in.remaining() > 3) {
            String suffix = suffixes[byteOf(in) % suffixes.length];
            int at = (in.getShort() & 0xFFFF) % (5 * PageFormat.PAGE_BYTES);
            write(disk, suffix, ByteBuffer.wrap(new byte[] {in.get()}), at);
        }
    }

    private static void write(Disk disk, String suffix, ByteBuffer bytes, long at) throws IOException {
        Path path = FOLDER.resolve(NAME + suffix);
        try (DiskFile file = disk.open(path, disk.exists(path) ? Disk.Access.WRITE : Disk.Access.CREATE)) {
            file.write(bytes, at);
        }
    }

    private static int byteOf(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }
}
