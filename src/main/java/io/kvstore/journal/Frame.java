package io.kvstore.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A frame that was read back whole. */
record Frame(FrameHeader header, byte[] payload) {

    /** Hands on the records whose revision is greater than {@code after}, in order, until the reader has enough. */
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
