package io.kvstore.journal;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/*
 * The log is a row of segments, `journal-<first revision>`, of which only the last is written to. A segment begins with
 * a header (SegmentHeader) and goes on with frames (FrameHeader), one a group of commits, forced at once.
 *
 * JournalRecovery says how a write that was cut short is told from damage.
 *
 * Frames carry the random salt of their segment and their own offset, so that a client cannot store bytes that pass for
 * a frame, nor an old file for a new one.
 */
/**
 * The log of every commit since the last checkpoint, and of as many before as the history is to keep.
 *
 * <p>Revisions follow each other without a gap. One thread appends, forces, rolls and drops; {@link #read} may be called
 * from any thread beside it. After an {@link IOException} from the writing side the journal takes nothing more.
 */
public final class Journal implements Closeable {

    /** The most bytes that one record may have. */
    public static final int RECORD_BYTES_MAX = 2_000_000_000;

    /** Takes a record: {@code size} bytes of {@code bytes} from {@code offset} on, to be left as they are. */
    @FunctionalInterface
    public interface RecordReader {
        void read(long revision, byte[] bytes, int offset, int size) throws IOException;
    }

    /**
     * How a journal is kept.
     *
     * @param forcedAlways whether {@link #force} is called before anybody is told of what was appended
     * @param historyChanges changes to keep after a checkpoint has covered them
     * @param historyBytes bytes above which they are not kept
     * @param segmentBytes the size after which a new segment is begun
     * @param random draws salts and epochs
     */
    public record Settings(
            boolean forcedAlways, long historyChanges, long historyBytes, long segmentBytes, LongSupplier random) {}

    static final String UNFINISHED = ".new";

    private static final String PREFIX = "journal-";

    private final Disk disk;
    private final Path folder;
    private final Settings settings;
    private final long epoch;
    private final List<Segment> segments;
    private final ByteBuffer buffer = SegmentWriter.buffer();
    private SegmentWriter writer;
    private long keptAfter = Long.MAX_VALUE;

    private Journal(Disk disk, Path folder, Settings settings, long epoch, List<Segment> segments, long nextRevision)
            throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.settings = settings;
        this.epoch = epoch;
        this.segments = new CopyOnWriteArrayList<>(segments);
        this.writer = begin(nextRevision);
    }

    /** Begins a new journal whose first record has revision {@code firstRevision}. */
    public static Journal create(Disk disk, Path folder, Settings settings, long firstRevision) throws IOException {
        return new Journal(disk, folder, settings, settings.random().getAsLong(), List.of(), firstRevision);
    }

    /** Whether a file of a data folder is the journal's. */
    public static boolean owns(Path file) {
        return file.getFileName().toString().startsWith(PREFIX);
    }

    /** Goes on after segments that were written before, with a new one. */
    static Journal resume(
            Disk disk, Path folder, Settings settings, long epoch, List<Segment> segments, long nextRevision)
            throws IOException {
        return new Journal(disk, folder, settings, epoch, segments, nextRevision);
    }

    private SegmentWriter begin(long firstRevision) throws IOException {
        SegmentHeader header =
                new SegmentHeader(settings.forcedAlways(), settings.random().getAsLong(), epoch, firstRevision);
        Path file = folder.resolve(String.format(Locale.ROOT, "%s%020d", PREFIX, firstRevision));
        Path unfinished = folder.resolve(file.getFileName() + UNFINISHED);
        DiskFile out = disk.open(unfinished, Disk.Access.CREATE);
        try {
            out.write(header.encode(), 0);
            out.force();
            disk.rename(unfinished, file);
            disk.forceFolder(folder);
            if (!segments.isEmpty()) {
                current().markFollowed(disk);
            }
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
        segments.add(new Segment(file, header));
        return new SegmentWriter(out, header, buffer);
    }

    /** The store's epoch: that of the newest segment, or another where acknowledged revisions may have been lost. */
    public long epoch() {
        return epoch;
    }

    /** The revision that the next record gets. */
    public long nextRevision() {
        return current().nextRevision();
    }

    private Segment current() {
        return segments.get(segments.size() - 1);
    }

    /**
     * Appends records as one whole: after a crash either all of them are there or none. They are on disk after {@link
     * #force}.
     */
    public void append(List<? extends LogRecord> records) throws IOException {
        if (records.isEmpty()) {
            throw new IllegalArgumentException("a frame has at least one record");
        }
        if (current().bytes() >= settings.segmentBytes()) {
            roll();
        }
        current().add(writer.append(nextRevision(), records));
    }

    /** Makes all that was appended durable; nothing happens where it is. */
    public void force() throws IOException {
        writer.force();
    }

    /** Whether all that was appended is durable. */
    public boolean isForced() {
        return writer.isForced();
    }

    /** Begins a new segment, unless the present one is empty. */
    public void roll() throws IOException {
        if (current().isEmpty()) {
            return;
        }
        SegmentWriter full = writer;
        full.force();
        writer = begin(nextRevision());
        full.close();
    }

    /**
     * Has {@link #drop} leave all records after a revision, whatever checkpoint there is, until this is called again. The
     * thread that drops calls this.
     *
     * @param revision {@link Long#MAX_VALUE} to keep none for this reason
     */
    public void keepAfter(long revision) {
        keptAfter = revision;
    }

    /**
     * Deletes the oldest segments that neither a restart nor the history needs.
     *
     * @param checkpoint the revision up to which the table is on disk by itself
     */
    public void drop(long checkpoint) throws IOException {
        long covered = Math.min(checkpoint, keptAfter);
        long changes = 0;
        long bytes = 0;
        for (Segment each : segments) {
            changes += each.changes();
            bytes += each.bytes();
        }
        while (segments.size() > 1) {
            Segment oldest = segments.get(0);
            boolean wanted = changes - oldest.changes() < settings.historyChanges() && bytes <= settings.historyBytes();
            if (wanted || oldest.nextRevision() > covered + 1) {
                return;
            }
            segments.remove(0);
            disk.delete(oldest.file());
            changes -= oldest.changes();
            bytes -= oldest.bytes();
        }
    }

    /** How long the files are together. */
    public long bytes() {
        long bytes = 0;
        for (Segment each : segments) {
            bytes += each.bytes();
        }
        return bytes;
    }

    /** The smallest revision that {@link #read} can go on after. */
    public long oldest() {
        return segments.get(0).firstRevision() - 1;
    }

    /**
     * Reads records back, oldest first, from after {@code after} to {@code upTo}, both of which are on disk or were
     * appended, until at least {@code bytesMax} were read.
     *
     * @return false when records after {@code after} are not kept any longer
     */
    public boolean read(long after, long upTo, long bytesMax, RecordReader reader) throws IOException {
        List<Segment> present = List.copyOf(segments); // one look: segments may be dropped meanwhile
        if (after < present.get(0).firstRevision() - 1) {
            return false;
        }
        long room = bytesMax;
        for (Segment each : present) {
            if (each.nextRevision() <= after + 1) {
                continue;
            }
            if (room <= 0 || each.firstRevision() > upTo) {
                break;
            }
            try {
                room -= each.read(disk, after, upTo, room, reader);
            } catch (NoSuchFileException e) {
                if (after < oldest()) {
                    return false;
                }
                throw e;
            }
        }
        return true;
    }

    /** Marks a clean end, and closes. */
    public void seal() throws IOException {
        try (SegmentWriter last = writer) {
            last.seal(nextRevision());
        }
    }

    /** Closes without marking the end as clean. */
    @Override
    public void close() throws IOException {
        writer.close();
    }
}
