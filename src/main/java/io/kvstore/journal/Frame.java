package io.kvstore.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A frame read from a segment, whose checksums match. */
final class Frame {

    private final FrameHeader header;
    private final byte[] payload;

    Frame(FrameHeader header, byte[] payload) {
        this.header = header;
        this.payload = payload;
    }

    FrameHeader header() {
        return header;
    }

    /** Returns whether the number and the sizes of the records agree with the header. */
    boolean isConsistent() {
        ByteBuffer in = ByteBuffer.wrap(payload);
        for (int i = 0; i < header.records(); i++) {
            int size = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (size < 0 || size > in.remaining()) {
                return false;
            }
            in.position(in.position() + size);
        }
        return header.records() >= 0 && header.changes() >= 0 && !in.hasRemaining();
    }

    /** Passes the records with a revision greater than {@code after} to {@code reader}, in order. */
    void replay(long after, Journal.RecordReader reader) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(payload);
        for (int i = 0; i < header.records(); i++) {
            int size = in.getInt();
            long revision = header.firstRevision() + i;
            if (revision > after) {
                reader.read(revision, payload, in.position(), size);
            }
            in.position(in.position() + size);
        }
    }
}
