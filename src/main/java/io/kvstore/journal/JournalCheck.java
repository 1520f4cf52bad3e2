package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the files of a journal and reports the contents of each. A damaged file does not keep the others from being
 * checked. No file is changed.
 */
public final class JournalCheck {

    /** Receives what was found. */
    public interface Findings {
        /** Reports a file that is intact, or in a state that a crash leaves. */
        void whole(Path file, String contents);

        /** Reports a file that does not contain what was written. */
        void damaged(Path file, String problem);
    }

    private final Disk disk;
    private final Path folder;
    private final Journal.RecordReader reader;

    /** @param reader receives each record of every file, and throws if it cannot decode the record */
    public JournalCheck(Disk disk, Path folder, Journal.RecordReader reader) {
        this.disk = disk;
        this.folder = folder;
        this.reader = reader;
    }

    /**
     * Reads and checks all files.
     *
     * @param checkpoint the revision of the checkpoint, or null if it is unknown; then missing files are not detected
     */
    public void run(@Nullable Long checkpoint, Findings findings) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : disk.list(folder)) {
            if (Journal.owns(file)) {
                files.add(file);
            }
        }
        files.sort(null);
        boolean damaged = false;
        for (Path file : files) {
            try {
                findings.whole(file, contents(file));
            } catch (DamageException e) {
                damaged = true;
                findings.damaged(file, e.finding());
            }
        }
        if (damaged || checkpoint == null) {
            return;
        }
        try {
            JournalRecovery.read(disk, folder, checkpoint);
        } catch (DamageException e) {
            findings.damaged(folder, e.finding());
        }
    }

    private String contents(Path file) throws IOException {
        if (file.toString().endsWith(Journal.UNFINISHED_SUFFIX)) {
            return "an unfinished journal file; unused and harmless";
        }
        try (DiskFile in = disk.open(file, Disk.Access.READ)) {
            Segment segment = new Segment(file, Segment.readHeader(in, file));
            SegmentReader frames = new SegmentReader(in, segment.header(), SegmentHeader.BYTES);
            FrameHeader.Kind mark = FrameHeader.Kind.RECORDS;
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                FrameHeader header = frame.header();
                if (header.firstRevision() != segment.nextRevision()) {
                    throw DamageException.at(
                            file,
                            header.offset(),
                            "revision " + header.firstRevision() + " follows revision " + (segment.nextRevision() - 1));
                }
                read(frame, file);
                segment.add(header);
                mark = header.kind();
            }
            long torn = frames.size() - frames.position();
            if (torn > 0 && frames.isDamaged()) {
                throw DamageException.at(file, frames.position(), JournalRecovery.DAMAGED_AFTER_FORCE);
            }
            return revisions(segment) + ", " + end(mark, torn, frames.position());
        }
    }

    private void read(Frame frame, Path file) throws IOException {
        try {
            frame.replay(-1, reader);
        } catch (IOException | RuntimeException e) {
            throw DamageException.at(file, frame.header().offset(), "cannot decode the record (" + e + ")");
        }
    }

    private static String revisions(Segment segment) {
        return segment.isEmpty()
                ? "no commits"
                : "revisions " + segment.firstRevision() + " to " + (segment.nextRevision() - 1) + ", "
                        + segment.changes() + " changes";
    }

    private static String end(FrameHeader.Kind mark, long torn, long at) {
        if (torn > 0) {
            return "ends in an incomplete write of " + torn + " bytes at offset " + at
                    + ", never acknowledged as durable";
        }
        return switch (mark) {
            case RECORDS -> "not closed because the process was killed; harmless";
            case SEAL -> "closed";
            case FOLLOWED -> "followed by another journal file";
        };
    }
}
