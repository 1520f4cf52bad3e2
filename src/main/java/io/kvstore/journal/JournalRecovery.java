package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/*
 * Bytes that are not a valid frame have one of two causes, which recovery must distinguish:
 *
 *   - An incomplete write. It was never acknowledged as durable, so recovery truncates it. A power cut may keep later
 *     parts of the file and lose earlier ones, so valid frames may follow.
 *   - Damage to bytes that were durable. Truncating them would lose acknowledged commits, so the store refuses to open.
 *
 * For this, each frame records how much of the file was forced before the frame was written, and the end of a segment
 * is forced before the next segment is created. Invalid bytes are damage if a later segment continues with a later
 * revision, or if any frame after them records that the file was durable beyond them. A clean close writes a seal, so
 * that the last records have a frame after them too. A segment that is followed by another ends with a mark that says
 * so; if such a segment is the last one, a file is missing. The mark is not forced, so it may be missing or torn even
 * if another segment follows.
 *
 * The limit of this: a segment that was not closed and lacks only its end looks as after a crash. So after a crash,
 * damage to the very last group can be mistaken for an incomplete write.
 */
/**
 * Recovers a journal as the previous process left it. {@link #read} checks all of it and {@link #replay} reads its
 * records, both without changing a file. {@link #repair} makes the journal durable, and {@link #open} continues it. For
 * use by one thread.
 */
public final class JournalRecovery {

    private static final System.Logger LOG = System.getLogger(JournalRecovery.class.getName());
    static final String DAMAGED_AFTER_FORCE =
            "the bytes there are not a valid frame, although they had been forced to disk";

    private static final int REWRITE_BYTES = 1 << 20;

    /**
     * The end of a segment.
     *
     * @param lastKind the kind of the last valid frame
     * @param forced how many bytes were durable before the last valid frame was written
     * @param end of the last valid frame
     * @param size of the file
     * @param damaged whether the bytes after {@code end} had been durable
     */
    private record Tail(FrameHeader.Kind lastKind, long forced, long end, long size, boolean damaged) {

        boolean isTorn() {
            return end < size;
        }

        /** Returns whether the torn bytes can be the mark that another segment follows, which is not forced. */
        boolean mayBeTornMark() {
            return !damaged && size - end <= FrameHeader.MARK_BYTES;
        }
    }

    private final Disk disk;
    private final Path folder;
    private final long checkpoint;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Segment> obsolete = new ArrayList<>();
    private final List<Path> unfinished = new ArrayList<>();
    private boolean repaired;
    private Tail tail = new Tail(FrameHeader.Kind.RECORDS, 0, 0, 0, false);

    private JournalRecovery(Disk disk, Path folder, long checkpoint) {
        this.disk = disk;
        this.folder = folder;
        this.checkpoint = checkpoint;
    }

    /**
     * Reads a journal and checks all of it.
     *
     * @param checkpoint the revision of the checkpoint
     * @throws DamageException if a file is missing or damaged
     */
    public static JournalRecovery read(Disk disk, Path folder, long checkpoint) throws IOException {
        JournalRecovery recovery = new JournalRecovery(disk, folder, checkpoint);
        List<Path> files = recovery.files();
        if (files.isEmpty()) {
            throw DamageException.unchanged(folder + " contains no journal file");
        }
        for (Path file : files) {
            try (DiskFile in = disk.open(file, Disk.Access.READ)) {
                Segment segment = new Segment(file, Segment.readHeader(in, file));
                recovery.checkContinues(segment);
                recovery.scan(in, segment);
            }
        }
        recovery.checkEnd();
        return recovery;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : disk.list(folder)) {
            if (Journal.owns(file)) {
                (file.toString().endsWith(Journal.UNFINISHED_SUFFIX) ? unfinished : files).add(file);
            }
        }
        files.sort(null);
        return files;
    }

    /** Checks that a segment continues the ones before it, or may replace them. */
    private void checkContinues(Segment next) throws DamageException {
        if (segments.isEmpty()) {
            requireContinuous(next, checkpoint + 1, next.firstRevision() <= checkpoint + 1);
            return;
        }
        Segment before = newest();
        if (next.firstRevision() == before.nextRevision()) {
            return;
        }
        boolean covered = next.firstRevision() <= checkpoint + 1;
        if (tail.isTorn() && !(covered && tail.mayBeTornMark())) {
            throw damaged(before);
        }
        requireContinuous(
                next,
                Math.min(before.nextRevision(), checkpoint + 1),
                next.firstRevision() > before.nextRevision() && covered);
        // A power cut undid the deletion of these segments, but not the deletion of a later one.
        obsolete.addAll(segments);
        segments.clear();
    }

    private static void requireContinuous(Segment segment, long expected, boolean continuous) throws DamageException {
        if (!continuous) {
            throw DamageException.unchanged(segment.file() + " begins with revision " + segment.firstRevision()
                    + ", but the journal must continue with revision " + expected + ": a journal file is missing");
        }
    }

    private void scan(DiskFile in, Segment segment) throws IOException {
        SegmentReader frames = new SegmentReader(in, segment.header(), SegmentHeader.BYTES);
        FrameHeader.Kind lastKind = FrameHeader.Kind.RECORDS;
        long forced = SegmentHeader.BYTES;
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            FrameHeader header = frame.header();
            if (header.firstRevision() != segment.nextRevision()) {
                throw DamageException.at(
                        segment.file(),
                        header.offset(),
                        "revision " + header.firstRevision() + " follows revision " + (segment.nextRevision() - 1));
            }
            if (!frame.isConsistent() || header.forced() < 0 || header.forced() > header.offset()) {
                throw DamageException.at(
                        segment.file(), header.offset(), "the frame header contains impossible values");
            }
            segment.add(header);
            lastKind = header.kind();
            forced = header.forced();
        }
        boolean torn = frames.position() < frames.size();
        tail = new Tail(lastKind, forced, frames.position(), frames.size(), torn && frames.isDamaged());
        segments.add(segment);
    }

    private void checkEnd() throws DamageException {
        Segment newest = newest();
        if (tail.damaged()) {
            throw damaged(newest);
        }
        if (tail.lastKind() == FrameHeader.Kind.FOLLOWED) {
            throw DamageException.unchanged(newest.file() + " ends with a mark that another journal file follows: the"
                    + " file that begins with revision " + newest.nextRevision() + " is missing");
        }
        if (newest.nextRevision() <= checkpoint) {
            throw DamageException.unchanged(newest.file() + " ends at revision " + (newest.nextRevision() - 1)
                    + ", but the checkpoint has revision " + checkpoint + ": the end of the journal is missing");
        }
    }

    private DamageException damaged(Segment segment) {
        return DamageException.at(segment.file(), tail.end(), DAMAGED_AFTER_FORCE);
    }

    private Segment newest() {
        return segments.get(segments.size() - 1);
    }

    /** Passes the records after the checkpoint to {@code reader}. They may not be durable before {@link #repair}. */
    public void replay(Journal.RecordReader reader) throws IOException {
        for (Segment segment : segments) {
            if (segment.nextRevision() > checkpoint + 1) {
                replay(segment, reader);
            }
        }
    }

    private void replay(Segment segment, Journal.RecordReader reader) throws IOException {
        try (DiskFile in = disk.open(segment.file(), Disk.Access.READ)) {
            SegmentReader frames = new SegmentReader(in, segment.header(), SegmentHeader.BYTES);
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                frame.replay(checkpoint, reader);
            }
        }
    }

    /**
     * Repairs the journal if necessary, and opens it for writing with a new segment. Call this after {@link #replay}.
     */
    public Journal open(Journal.Settings settings) throws IOException {
        Segment newest = newest();
        boolean nothingLost =
                tail.lastKind() == FrameHeader.Kind.SEAL || newest.header().forcedAlways();
        long epoch = nothingLost ? newest.header().epoch() : settings.random().getAsLong();
        repair();
        deleteUnneeded();
        if (newest.isEmpty()) {
            segments.remove(newest);
        }
        return Journal.resume(disk, folder, settings, epoch, segments, newest.nextRevision());
    }

    /**
     * Truncates an incomplete write and makes the remaining journal durable. Call this before writing replayed records
     * to another file, so that no other file is ever ahead of the journal. Does nothing if called again.
     *
     * <p>The bytes that may not be durable are written again and then forced. A force alone is not enough: if an
     * earlier force failed, the operating system may consider pages written that never reached the disk, and keep
     * showing them until it evicts them.
     */
    public void repair() throws IOException {
        if (repaired) {
            return;
        }
        Path file = newest().file();
        try (DiskFile out = disk.open(file, Disk.Access.WRITE)) {
            if (tail.isTorn()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}: truncating an incomplete write of {1} bytes at offset {2}, never acknowledged as durable",
                        file,
                        Long.toString(tail.size() - tail.end()),
                        Long.toString(tail.end()));
                out.truncate(tail.end());
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(REWRITE_BYTES, tail.end() - tail.forced()));
            for (long at = tail.forced(); at < tail.end(); at += bytes.limit()) {
                bytes.clear().limit((int) Math.min(bytes.capacity(), tail.end() - at));
                out.read(bytes, at);
                out.write(bytes.flip(), at);
            }
            out.force();
        }
        repaired = true;
    }

    private void deleteUnneeded() throws IOException {
        for (Path each : unfinished) {
            disk.delete(each);
        }
        for (Segment each : obsolete) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "deleting {0}: a later journal file is missing, so the history starts after it",
                    each.file());
            disk.delete(each.file());
        }
    }
}
