package io.kvstore.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A frame that was read back whole. */
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

    /** Whether its records are as many, and as long, as its header says. */
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

    /** Hands on the records whose revision is greater than {@code after}, in order. */
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
