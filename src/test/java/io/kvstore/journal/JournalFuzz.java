package io.kvstore.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads a folder with a journal. Reading must fail with an {@link IOException}, or give records with consecutive
 * revisions, which are the same after the journal was repaired.
 *
 * <p>The first byte selects what the rest is: the bytes of a file, or the fields of frames, to which valid checksums
 * are added, because random bytes would not match them.
 */
public final class JournalFuzz {

    private static final Path FOLDER = Path.of("/journal");
    private static final long SALT = 5;
    private static final int SEGMENT = 0xFF;

    private JournalFuzz() {}

    /** A record that was read. */
    private record Read(long revision, List<Byte> bytes) {}

    /** @param input see the class comment */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.createFolders(FOLDER);
        ByteBuffer in = ByteBuffer.wrap(input);
        if (byteOf(in) % 2 == 0) {
            write(disk, 1, Arrays.copyOfRange(input, in.position(), input.length));
        } else {
            writeFrames(disk, in);
        }
        List<Read> found;
        JournalRecovery recovery;
        try {
            recovery = JournalRecovery.read(disk, FOLDER, 0);
            found = replay(recovery);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).contains(FOLDER.toString());
            return;
        }
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).revision()).isEqualTo(i + 1);
        }
        recovery.repair();
        assertThat(replay(JournalRecovery.read(disk, FOLDER, 0))).isEqualTo(found);
    }

    private static List<Read> replay(JournalRecovery recovery) throws IOException {
        List<Read> records = new ArrayList<>();
        recovery.replay((revision, bytes, offset, size) -> {
            List<Byte> copy = new ArrayList<>();
            for (byte b : Arrays.copyOfRange(bytes, offset, offset + size)) {
                copy.add(b);
            }
            records.add(new Read(revision, copy));
        });
        return records;
    }

    /**
     * Writes segments of frames. The byte 255 starts a new segment; otherwise a frame has kind, revision, records,
     * payload size, forced, payload.
     */
    private static void writeFrames(Disk disk, ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            int firstRevision = byteOf(in);
            ByteBuffer file = ByteBuffer.allocate(64 << 10);
            file.put(new SegmentHeader(byteOf(in) % 2 == 0, SALT, 7, firstRevision).encode());
            while (in.hasRemaining() && in.get(in.position()) != (byte) SEGMENT && file.remaining() > 1_000) {
                writeFrame(file, in);
            }
            byteOf(in);
            int cut = byteOf(in);
            write(disk, firstRevision, Arrays.copyOf(file.array(), Math.max(0, file.position() - cut)));
        }
    }

    private static void writeFrame(ByteBuffer file, ByteBuffer in) {
        FrameHeader.Kind[] kinds = FrameHeader.Kind.values();
        FrameHeader.Kind kind = kinds[byteOf(in) % kinds.length];
        int revision = byteOf(in);
        int records = (byte) byteOf(in);
        byte[] payload = new byte[Math.min(byteOf(in), in.remaining())];
        int forced = byteOf(in) * SegmentHeader.BYTES;
        in.get(payload, 0, Math.min(payload.length, in.remaining()));
        new FrameHeader(file.position(), forced, revision, records, 1, payload.length, kind).encode(SALT, file);
        CRC32C crc = new CRC32C();
        crc.update(payload);
        file.put(payload).putInt((int) crc.getValue());
    }

    private static void write(Disk disk, int firstRevision, byte[] bytes) throws IOException {
        Path path = FOLDER.resolve(String.format("journal-%020d", firstRevision));
        try (DiskFile file = disk.open(path, Disk.Access.CREATE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static int byteOf(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }
}
