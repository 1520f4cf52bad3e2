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
 * The journal is a sequence of segment files named `journal-<first revision>`. Only the last one is written to. A
 * segment has a header (SegmentHeader) followed by frames (FrameHeader). A frame holds one group of commits and is
 * forced as a whole.
 *
 * JournalRecovery explains how recovery distinguishes an incomplete write from damage.
 *
 * A frame contains the random salt of its segment and its own offset. So no bytes that a client stores can be mistaken
 * for a frame, and no frame of an old file for one of a new file.
 */
/**
 * The commit log: all commits since the last checkpoint, and as many earlier ones as the history keeps.
 *
 * <p>Revisions are consecutive. One thread at a time appends, forces, rolls and drops; {@link #read} may be called from
 * any thread concurrently. After any of the writing methods has thrown an {@link IOException}, the journal must not be
 * written to.
 */
public final class Journal implements Closeable {

    /** The maximum size of a record in bytes. */
    public static final int RECORD_BYTES_MAX = 2_000_000_000;

    /** Receives the records that are read. */
    @FunctionalInterface
    public interface RecordReader {
        /** Receives a record: {@code size} bytes of {@code bytes} from {@code offset}, which must not be modified. */
        void read(long revision, byte[] bytes, int offset, int size) throws IOException;
    }

    /**
     * Settings of a journal.
     *
     * @param forcedAlways whether the caller always calls {@link #force} before it acknowledges appended records
     * @param historyChanges number of changes to keep as history after a checkpoint has covered them
     * @param historyBytes size of the journal above which history is dropped even if it has fewer changes
     * @param segmentBytes size at which the journal starts a new segment
     * @param random generates salts and epochs
     */
    public record Settings(
            boolean forcedAlways, long historyChanges, long historyBytes, long segmentBytes, LongSupplier random) {}

    static final String UNFINISHED_SUFFIX = ".new";

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
        this.writer = startSegment(nextRevision);
    }

    /** Creates a journal whose first record will have revision {@code firstRevision}. */
    public static Journal create(Disk disk, Path folder, Settings settings, long firstRevision) throws IOException {
        return new Journal(disk, folder, settings, settings.random().getAsLong(), List.of(), firstRevision);
    }

    /** Returns whether a file of a data folder belongs to the journal. */
    public static boolean owns(Path file) {
        return file.getFileName().toString().startsWith(PREFIX);
    }

    /** Continues a journal after its existing segments, with a new segment. */
    static Journal resume(
            Disk disk, Path folder, Settings settings, long epoch, List<Segment> segments, long nextRevision)
            throws IOException {
        return new Journal(disk, folder, settings, epoch, segments, nextRevision);
    }

    private SegmentWriter startSegment(long firstRevision) throws IOException {
        SegmentHeader header =
                new SegmentHeader(settings.forcedAlways(), settings.random().getAsLong(), epoch, firstRevision);
        Path file = folder.resolve(String.format(Locale.ROOT, "%s%020d", PREFIX, firstRevision));
        Path unfinished = folder.resolve(file.getFileName() + UNFINISHED_SUFFIX);
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

    /**
     * Returns the epoch of the store: that of the newest segment, or a new one if acknowledged revisions may have been
     * lost.
     */
    public long epoch() {
        return epoch;
    }

    /** Returns the revision that the next record will have. */
    public long nextRevision() {
        return current().nextRevision();
    }

    private Segment current() {
        return segments.get(segments.size() - 1);
    }

    /**
     * Appends records as one frame: a crash keeps either all of them or none. They are durable after {@link #force}.
     */
    public void append(List<? extends LogRecord> records) throws IOException {
        if (records.isEmpty()) {
            throw new IllegalArgumentException("a frame must have at least one record");
        }
        if (current().bytes() >= settings.segmentBytes()) {
            roll();
        }
        current().add(writer.append(nextRevision(), records));
    }

    /** Makes all appended records durable. Does nothing if they already are. */
    public void force() throws IOException {
        writer.force();
    }

    /** Returns whether all appended records are durable. */
    public boolean isForced() {
        return writer.isForced();
    }

    /** Starts a new segment, unless the current one is empty. */
    public void roll() throws IOException {
        if (current().isEmpty()) {
            return;
        }
        SegmentWriter full = writer;
        full.force();
        writer = startSegment(nextRevision());
        full.close();
    }

    /**
     * Makes {@link #drop} keep all records after a revision, whatever the checkpoint covers, until this is called
     * again. Must be called on the thread that calls {@code drop}.
     *
     * @param revision {@link Long#MAX_VALUE} to end this restriction
     */
    public void keepAfter(long revision) {
        keptAfter = revision;
    }

    /**
     * Deletes the oldest segments that are needed neither for recovery nor for the history.
     *
     * @param checkpoint the revision of the last complete checkpoint: up to it, recovery needs no records
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
            boolean inHistory =
                    changes - oldest.changes() < settings.historyChanges() && bytes <= settings.historyBytes();
            if (inHistory || oldest.nextRevision() > covered + 1) {
                return;
            }
            segments.remove(0);
            disk.delete(oldest.file());
            changes -= oldest.changes();
            bytes -= oldest.bytes();
        }
    }

    /** Returns the total size of the segments in bytes. */
    public long bytes() {
        long bytes = 0;
        for (Segment each : segments) {
            bytes += each.bytes();
        }
        return bytes;
    }

    /** Returns the smallest revision that {@link #read} accepts as {@code after}. */
    public long oldest() {
        return segments.get(0).firstRevision() - 1;
    }

    /**
     * Reads the records after revision {@code after} up to {@code upTo}, oldest first, and stops once at least
     * {@code bytesMax} bytes were read. The records must have been appended, but need not be durable.
     *
     * @return false if some records after {@code after} were dropped
     */
    public boolean read(long after, long upTo, long bytesMax, RecordReader reader) throws IOException {
        List<Segment> present = List.copyOf(segments); // a copy, because segments may be dropped concurrently
        if (after < present.get(0).firstRevision() - 1) {
            return false;
        }
        long bytesLeft = bytesMax;
        for (Segment each : present) {
            if (each.nextRevision() <= after + 1) {
                continue;
            }
            if (bytesLeft <= 0 || each.firstRevision() > upTo) {
                break;
            }
            try {
                bytesLeft -= each.read(disk, after, upTo, bytesLeft, reader);
            } catch (NoSuchFileException e) {
                if (after < oldest()) {
                    return false;
                }
                throw e;
            }
        }
        return true;
    }

    /** Writes a seal, which marks a clean end, forces it, and closes the journal. */
    public void seal() throws IOException {
        try (SegmentWriter last = writer) {
            last.seal(nextRevision());
        }
    }

    /** Closes the journal without a seal, as a crash would leave it. */
    @Override
    public void close() throws IOException {
        writer.close();
    }
}
