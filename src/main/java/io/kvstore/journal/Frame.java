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
