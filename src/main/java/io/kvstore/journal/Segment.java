package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * One file of the journal and what is known of it: which revisions it has, and where about every megabyte of them begins,
 * so that reading from the middle does not start at the front. Grows on the writer's thread; read by any.
 */
final class Segment {

    private static final int PLACE_BYTES = 1 << 20;

    /** Where a revision begins. */
    private record Mark(long revision, long offset) {}

    private final Path file;
    private final SegmentHeader header;
    private final ArrayList<Mark> marks = new ArrayList<>();
    private long nextRevision;
    private long bytes = SegmentHeader.BYTES;
    private long changes;
    private boolean followed;

    Segment(Path file, SegmentHeader header) {
        this.file = file;
        this.header = header;
        this.nextRevision = header.firstRevision();
    }

    /** The header of a file. */
    static SegmentHeader readHeader(DiskFile in, Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(SegmentHeader.BYTES);
        in.read(head, 0);
        return SegmentHeader.decode(head.flip(), file);
    }

    /** Takes note of a frame that was appended, or found. */
    synchronized void add(FrameHeader frame) {
        if (!frame.isMark()) {
            if (marks.isEmpty() || frame.offset() - marks.get(marks.size() - 1).offset() >= PLACE_BYTES) {
                marks.add(new Mark(frame.firstRevision(), frame.offset()));
            }
        }
        changes += frame.changes();
        bytes = frame.end();
        nextRevision = frame.firstRevision() + frame.records();
        followed |= frame.kind() == FrameHeader.Kind.FOLLOWED;
    }

    /**
     * Writes, where it is not there, the mark that another segment follows, so that it is noticed should that be lost. All of
     * this segment and the name of the next are on disk; the mark need not be.
     */
    void markFollowed(Disk disk) throws IOException {
        if (isFollowed()) {
            return;
        }
        long end = bytes();
        FrameHeader mark = FrameHeader.mark(FrameHeader.Kind.FOLLOWED, end, end, nextRevision());
        ByteBuffer out = ByteBuffer.allocate(FrameHeader.MARK_BYTES);
        mark.encode(header.salt(), out);
        try (DiskFile file = disk.open(this.file, Disk.Access.WRITE)) {
            file.write(out.clear(), end); // the checksum of no payload is 0
        }
        add(mark);
    }

    Path file() {
        return file;
    }

    SegmentHeader header() {
        return header;
    }

    long firstRevision() {
        return header.firstRevision();
    }

    /** The revision that follows its last record. */
    synchronized long nextRevision() {
        return nextRevision;
    }

    synchronized boolean isEmpty() {
        return nextRevision == header.firstRevision();
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized long changes() {
        return changes;
    }

    private synchronized boolean isFollowed() {
        return followed;
    }

    /**
     * Hands on its records from after {@code after} to {@code upTo}, until {@code bytesMax} were handed on.
     *
     * @return the bytes handed on
     * @throws DamageException when one that was appended cannot be read back
     */
    long read(Disk disk, long after, long upTo, long bytesMax, Journal.RecordReader reader) throws IOException {
        long done = 0;
        long last = Math.min(upTo, nextRevision() - 1);
        long next = Math.max(after + 1, firstRevision());
        try (DiskFile in = disk.open(file, Disk.Access.READ)) {
            SegmentReader frames = new SegmentReader(in, header, offsetBefore(next));
            while (done < bytesMax && next <= last) {
                Frame frame = frames.next();
                if (frame == null || frame.header().isMark() || frame.header().firstRevision() > next) {
                    throw DamageException.at(file, frames.position(), "revision " + next + " cannot be read back");
                }
                frame.replay(after, (revision, record, offset, size) -> {
                    if (revision <= upTo) {
                        reader.read(revision, record, offset, size);
                    }
                });
                long end = frame.header().firstRevision() + frame.header().records();
                if (end > next) {
                    done += frame.header().payloadBytes();
                    next = end;
                }
            }
        }
        return done;
    }

    private synchronized long offsetBefore(long revision) {
        long offset = SegmentHeader.BYTES;
        for (Mark mark : marks) {
            if (mark.revision() > revision) {
                break;
            }
            offset = mark.offset();
        }
        return offset;
    }
}
