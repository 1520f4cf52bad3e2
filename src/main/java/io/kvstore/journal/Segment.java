package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * A segment file of the journal, and an index of it in memory: its revisions, and the offset of one frame per megabyte,
 * so that reading from the middle need not start at the beginning. Written by the thread of the writer; safe to read
 * from any thread.
 */
final class Segment {

    private static final int INDEX_INTERVAL_BYTES = 1 << 20;

    /** The offset of the frame that begins with a revision. */
    private record IndexEntry(long revision, long offset) {}

    private final Path file;
    private final SegmentHeader header;
    private final ArrayList<IndexEntry> index = new ArrayList<>();
    private long nextRevision;
    private long bytes = SegmentHeader.BYTES;
    private long changes;
    private boolean followed;

    Segment(Path file, SegmentHeader header) {
        this.file = file;
        this.header = header;
        this.nextRevision = header.firstRevision();
    }

    /** Reads the header of a segment file. */
    static SegmentHeader readHeader(DiskFile in, Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(SegmentHeader.BYTES);
        in.read(head, 0);
        return SegmentHeader.decode(head.flip(), file);
    }

    /** Records a frame that was appended or read. */
    synchronized void add(FrameHeader frame) {
        if (!frame.isMark()) {
            if (index.isEmpty() || frame.offset() - index.get(index.size() - 1).offset() >= INDEX_INTERVAL_BYTES) {
                index.add(new IndexEntry(frame.firstRevision(), frame.offset()));
            }
        }
        changes += frame.changes();
        bytes = frame.end();
        nextRevision = frame.firstRevision() + frame.records();
        followed |= frame.kind() == FrameHeader.Kind.FOLLOWED;
    }

    /**
     * Writes the mark that another segment follows, if it is missing, so that recovery notices if that segment is lost.
     * Call this when all of this segment and the name of the next one are durable. The mark itself is not forced.
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
            file.write(out.clear(), end); // the checksum of an empty payload is 0
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

    /** Returns the revision after that of the last record. */
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
     * Passes the records after revision {@code after} up to {@code upTo} to {@code reader}, and stops once
     * {@code bytesMax} bytes were read.
     *
     * @return the number of bytes read
     * @throws DamageException if a record that was appended cannot be read
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
                    throw DamageException.at(file, frames.position(), "revision " + next + " cannot be read");
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
        for (IndexEntry entry : index) {
            if (entry.revision() > revision) {
                break;
            }
            offset = entry.offset();
        }
        return offset;
    }
}
