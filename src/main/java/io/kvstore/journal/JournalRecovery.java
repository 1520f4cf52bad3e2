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
 * Recovery has to tell two things apart that look alike, bytes that are not a whole frame:
 *
 *   - a write that was cut short. Nobody was told of it, so it is cut off. A power cut may have kept later parts of the
 *     file and lost earlier ones, so whole frames may follow.
 *   - damage to what was once on disk. Cutting there would lose what was acknowledged, so the start stops.
 *
 * Each frame therefore says how much of the file was forced before it was written, and the end of a segment is forced
 * before there is a next one. A broken place is damage if a later segment goes on with a later revision, or any frame after
 * it knows that the file was on disk beyond that place; a clean end writes a seal, so that the last records have a frame
 * after them too. A segment that another follows ends with a mark that says so, and if it is the last one, a file is
 * missing. The mark is not forced, so it may be missing or torn where another segment does follow.
 *
 * What is left: a segment that is not closed, of which only the end is missing, is as a crash leaves it. Only after a crash,
 * and for the very last group, can damage pass for a write that was cut short.
 */
/**
 * A journal as the process before left it: {@link #read} checks all of it, {@link #replay} hands it on, both without
 * changing anything; {@link #repair} makes it durable, and {@link #open} writes to it again.
 */
public final class JournalRecovery {

    private static final System.Logger LOG = System.getLogger(JournalRecovery.class.getName());
    private static final int REWRITE_BYTES = 1 << 20;

    /**
     * The end of a segment.
     *
     * @param mark the kind of the last frame
     * @param forced how much was on disk before the last frame was written
     * @param end of the last whole frame
     * @param size of the file
     * @param damaged whether what comes after {@code end} was whole once
     */
    private record Tail(FrameHeader.Kind mark, long forced, long end, long size, boolean damaged) {

        boolean isTorn() {
            return end < size;
        }

        /** Whether no more may be torn than the mark that another segment follows, which is not forced. */
        boolean mayBeMark() {
            return !damaged && size - end <= FrameHeader.MARK_BYTES;
        }
    }

    private final Disk disk;
    private final Path folder;
    private final long checkpoint;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Segment> outlived = new ArrayList<>();
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
     * @param checkpoint the revision that the checkpoint has
     * @throws DamageException when something is missing or broken
     */
    public static JournalRecovery read(Disk disk, Path folder, long checkpoint) throws IOException {
        JournalRecovery recovery = new JournalRecovery(disk, folder, checkpoint);
        List<Path> files = recovery.files();
        if (files.isEmpty()) {
            throw DamageException.unchanged(folder + " has no journal file, but must have one");
        }
        for (Path file : files) {
            try (DiskFile in = disk.open(file, Disk.Access.READ)) {
                Segment segment = new Segment(file, Segment.readHeader(in, file));
                recovery.link(segment);
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
                (file.toString().endsWith(Journal.UNFINISHED) ? unfinished : files).add(file);
            }
        }
        files.sort(null);
        return files;
    }

    /** Has a segment follow those before it. */
    private void link(Segment next) throws DamageException {
        if (segments.isEmpty()) {
            checkFollows(next, checkpoint + 1, next.firstRevision() <= checkpoint + 1);
            return;
        }
        Segment before = newest();
        if (next.firstRevision() == before.nextRevision()) {
            return;
        }
        boolean covered = next.firstRevision() <= checkpoint + 1;
        if (tail.isTorn() && !(covered && tail.mayBeMark())) {
            throw damaged(before);
        }
        checkFollows(
                next,
                Math.min(before.nextRevision(), checkpoint + 1),
                next.firstRevision() > before.nextRevision() && covered);
        outlived.addAll(segments); // a power cut undid the deletion of some, and not of one after them
        segments.clear();
    }

    private static void checkFollows(Segment segment, long expected, boolean follows) throws DamageException {
        if (!follows) {
            throw DamageException.unchanged(segment.file() + " begins with revision " + segment.firstRevision()
                    + ", but revision " + expected + " must come first: a journal file is missing");
        }
    }

    private void scan(DiskFile in, Segment segment) throws IOException {
        SegmentReader frames = new SegmentReader(in, segment.header(), SegmentHeader.BYTES);
        FrameHeader.Kind mark = FrameHeader.Kind.RECORDS;
        long forced = SegmentHeader.BYTES;
        for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
            FrameHeader header = frame.header();
            if (header.firstRevision() != segment.nextRevision()) {
                throw DamageException.at(
                        segment.file(),
                        header.offset(),
                        "revision " + header.firstRevision() + " follows " + (segment.nextRevision() - 1));
            }
            if (!frame.isConsistent() || header.forced() < 0 || header.forced() > header.offset()) {
                throw DamageException.at(segment.file(), header.offset(), "the head of the frame says what cannot be");
            }
            segment.add(header);
            mark = header.kind();
            forced = header.forced();
        }
        boolean torn = frames.position() < frames.size();
        tail = new Tail(mark, forced, frames.position(), frames.size(), torn && frames.isDamaged());
        segments.add(segment);
    }

    private void checkEnd() throws DamageException {
        Segment newest = newest();
        if (tail.damaged()) {
            throw damaged(newest);
        }
        if (tail.mark() == FrameHeader.Kind.FOLLOWED) {
            throw DamageException.unchanged(newest.file() + " says that a journal file follows it which begins with"
                    + " revision " + newest.nextRevision() + ": that file is missing");
        }
        if (newest.nextRevision() <= checkpoint) {
            throw DamageException.unchanged(newest.file() + " ends at revision " + (newest.nextRevision() - 1)
                    + ", but the checkpoint is of revision " + checkpoint + ": the end of the journal is missing");
        }
    }

    private DamageException damaged(Segment segment) {
        return DamageException.at(
                segment.file(), tail.end(), "what is there is not what was written, and it had been on disk");
    }

    private Segment newest() {
        return segments.get(segments.size() - 1);
    }

    /** Hands on the records after the checkpoint. They may not be durable: see {@link #repair}. */
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

    /** Goes on with a new segment, once all was replayed; repairs what is there before. */
    public Journal open(Journal.Settings settings) throws IOException {
        Segment newest = newest();
        boolean whole = tail.mark() == FrameHeader.Kind.SEAL || newest.header().forcedAlways();
        long epoch = whole ? newest.header().epoch() : settings.random().getAsLong();
        repair();
        deleteRest();
        if (newest.isEmpty()) {
            segments.remove(newest);
        }
        return Journal.resume(disk, folder, settings, epoch, segments, newest.nextRevision());
    }

    /**
     * Cuts off a write that was cut short, and makes durable what is left: whoever writes elsewhere what was replayed does
     * this before, and is never ahead of the journal. Without effect when it was done.
     *
     * <p>It writes again what is there, so that a force makes it durable. A force alone may not: where one failed before,
     * the system takes for written what never reached the disk, and shows it until it forgets it.
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
                        "{0}: the last write was cut short; its {1} bytes from offset {2} on, of which nobody was told,"
                                + " are cut off",
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

    private void deleteRest() throws IOException {
        for (Path each : unfinished) {
            disk.delete(each);
        }
        for (Segment each : outlived) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is deleted: a journal file after it is gone, and the history begins later",
                    each.file());
            disk.delete(each.file());
        }
    }
}
