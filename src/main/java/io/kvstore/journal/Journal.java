package io.kvstore.journal;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/*
 * The log is a row of segments, `journal-<first revision>`, of which only the last is written to. A segment begins with
 * a header (SegmentHeader) and goes on with frames (FrameHeader), one a group of commits, forced at once.
 *
 * Recovery has to tell two things apart that look alike, bytes that are not a whole frame:
 *
 *   - a write that was cut short. Nobody was told of it, so it is cut off. A power cut may have kept later parts of the
 *     file and lost earlier ones, so whole frames may follow.
 *   - damage to what was once on disk. Cutting there would lose what was acknowledged, so the start stops.
 *
 * Each frame therefore says how much of the file was forced before it was written, and the end of a segment is forced
 * before there is a next one. A broken place is damage if a segment follows, or any frame after it knows that the file
 * was on disk beyond that place; a clean end writes a seal, an empty frame, so that the last records have a frame after
 * them too. Only after a crash, and only for the very last group, can damage pass for a write that was cut short.
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

    private static final System.Logger LOG = System.getLogger(Journal.class.getName());
    private static final String PREFIX = "journal-";
    private static final String UNFINISHED = ".new";
    private static final int REWRITE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path folder;
    private final Settings settings;
    private final long epoch;
    private final List<Segment> segments;
    private final ByteBuffer buffer = SegmentWriter.buffer();
    private SegmentWriter writer;

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

    /**
     * Opens a journal: checks all of it, cuts off a write that was cut short, and hands on the records after a checkpoint.
     *
     * @param checkpoint the revision that the checkpoint has
     * @throws DamageException when something is missing or broken; nothing was changed
     */
    public static Journal open(Disk disk, Path folder, Settings settings, long checkpoint, RecordReader replay)
            throws IOException {
        List<Segment> segments = new ArrayList<>();
        List<Path> files = files(disk, folder);
        if (files.isEmpty()) {
            throw new DamageException(folder + " has no journal file, but must have one. " + SegmentHeader.ADVICE);
        }
        List<Segment> outlived = new ArrayList<>();
        boolean sealed = false;
        for (Path file : files) {
            boolean last = file.equals(files.get(files.size() - 1));
            try (DiskFile in = disk.open(file, last ? Disk.Access.WRITE : Disk.Access.READ)) {
                Segment segment = new Segment(file, Segment.readHeader(in, file));
                long expected = segments.isEmpty()
                        ? segment.firstRevision()
                        : segments.get(segments.size() - 1).nextRevision();
                if (segment.firstRevision() != expected || (segments.isEmpty() && expected > checkpoint + 1)) {
                    if (segment.firstRevision() < expected || segment.firstRevision() > checkpoint + 1) {
                        throw new DamageException(file + " begins with revision " + segment.firstRevision()
                                + ", but revision " + Math.min(expected, checkpoint + 1)
                                + " must come first: a journal file is missing. " + SegmentHeader.ADVICE);
                    }
                    outlived.addAll(segments);
                    segments.clear();
                }
                sealed = scan(in, segment, last, checkpoint, replay);
                segments.add(segment);
            }
        }
        Segment newest = segments.get(segments.size() - 1);
        if (newest.nextRevision() <= checkpoint) {
            throw new DamageException(newest.file() + " ends at revision " + (newest.nextRevision() - 1)
                    + ", but the checkpoint is of revision " + checkpoint + ": the end of the journal is missing. "
                    + SegmentHeader.ADVICE);
        }
        boolean whole = sealed || newest.header().forcedAlways();
        long epoch = whole ? newest.header().epoch() : settings.random().getAsLong();
        if (newest.isEmpty()) {
            segments.remove(newest);
        }
        for (Segment each : outlived) { // a power cut undid the deletion of some, and not of one after them
            disk.delete(each.file());
        }
        return new Journal(disk, folder, settings, epoch, segments, newest.nextRevision());
    }

    private static List<Path> files(Disk disk, Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : disk.list(folder)) {
            if (owns(file)) {
                if (file.getFileName().toString().endsWith(UNFINISHED)) {
                    disk.delete(file);
                } else {
                    files.add(file);
                }
            }
        }
        files.sort(Comparator.comparing(file -> file.getFileName().toString()));
        return files;
    }

    /** @return whether the segment ends with a seal */
    private static boolean scan(DiskFile in, Segment segment, boolean last, long checkpoint, RecordReader replay)
            throws IOException {
        SegmentReader frames = new SegmentReader(in, segment.header(), SegmentHeader.BYTES);
        boolean sealed = false;
        long forced = SegmentHeader.BYTES;
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            if (frame.header().firstRevision() != segment.nextRevision()) {
                throw new DamageException(segment.file() + " is damaged at offset "
                        + frame.header().offset() + ": revision "
                        + frame.header().firstRevision() + " follows "
                        + (segment.nextRevision() - 1) + ". " + SegmentHeader.ADVICE);
            }
            segment.add(frame.header());
            sealed = frame.header().isSeal();
            forced = frame.header().forced();
            frame.replay(checkpoint, replay);
        }
        boolean torn = frames.position() < frames.size();
        if (torn && (!last || frames.isDamaged())) {
            throw new DamageException(segment.file() + " is damaged at offset " + frames.position()
                    + ": what is there is not what was written, and it had been on disk. " + SegmentHeader.ADVICE);
        }
        if (torn) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: the last write was cut short; its {1} bytes from offset {2} on, of which nobody was told, are"
                            + " cut off",
                    segment.file(),
                    Long.toString(frames.size() - frames.position()),
                    Long.toString(frames.position()));
            in.truncate(frames.position());
        }
        if (last) {
            rewrite(in, forced, frames.position());
            in.force();
        }
        return sealed;
    }

    /**
     * Writes again what is in a file, so that a force makes it durable. A force alone may not: where one failed before, the
     * system takes for written what never reached the disk, and shows it until it forgets it.
     */
    private static void rewrite(DiskFile file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(REWRITE_BYTES, to - from));
        for (long at = from; at < to; at += bytes.limit()) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
            file.read(bytes, at);
            file.write(bytes.flip(), at);
        }
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
     * Deletes the oldest segments that neither a restart nor the history needs.
     *
     * @param checkpoint the revision up to which the table is on disk by itself
     */
    public void drop(long checkpoint) throws IOException {
        long changes = 0;
        long bytes = 0;
        for (Segment each : segments) {
            changes += each.changes();
            bytes += each.bytes();
        }
        while (segments.size() > 1) {
            Segment oldest = segments.get(0);
            boolean wanted = changes - oldest.changes() < settings.historyChanges() && bytes <= settings.historyBytes();
            if (wanted || oldest.nextRevision() > checkpoint + 1) {
                return;
            }
            segments.remove(0);
            disk.delete(oldest.file());
            changes -= oldest.changes();
            bytes -= oldest.bytes();
        }
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
