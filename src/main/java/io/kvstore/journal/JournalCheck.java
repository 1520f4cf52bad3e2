package io.kvstore.journal;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the files of a journal one by one, whatever the others are like, and tells what is in each. Changes nothing. */
public final class JournalCheck {

    /** Takes what was found. */
    public interface Findings {
        /** A file as it was written, or as a crash leaves one. */
        void whole(Path file, String what);

        /** A file that is not what was written. */
        void damaged(Path file, String what);
    }

    private final Disk disk;
    private final Path folder;
    private final Journal.RecordReader reader;

    /** @param reader is handed each record of every file, and throws at one that it cannot read */
    public JournalCheck(Disk disk, Path folder, Journal.RecordReader reader) {
        this.disk = disk;
        this.folder = folder;
        this.reader = reader;
    }

    /**
     * Reads all of it.
     *
     * @param checkpoint the revision that the checkpoint has, or null where that is not known: then nobody can say whether
     *     files are missing
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
        if (file.toString().endsWith(Journal.UNFINISHED)) {
            return "a journal file that was not finished: of no use, and no harm";
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
                            "revision " + header.firstRevision() + " follows " + (segment.nextRevision() - 1));
                }
                read(frame, file);
                segment.add(header);
                mark = header.kind();
            }
            long torn = frames.size() - frames.position();
            if (torn > 0 && frames.isDamaged()) {
                throw DamageException.at(
                        file, frames.position(), "what is there is not what was written, and it had been on disk");
            }
            return revisions(segment) + ", " + end(mark, torn, frames.position());
        }
    }

    private void read(Frame frame, Path file) throws IOException {
        try {
            frame.replay(-1, reader);
        } catch (IOException | RuntimeException e) {
            throw DamageException.at(file, frame.header().offset(), "what is there cannot be read (" + e + ")");
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
            return "and " + torn + " bytes from offset " + at
                    + " on of a write that was cut short, of which nobody was told";
        }
        return switch (mark) {
            case RECORDS -> "not closed: the process was killed, which does no harm";
            case SEAL -> "closed";
            case FOLLOWED -> "followed by another";
        };
    }
}
