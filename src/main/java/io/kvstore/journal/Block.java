package io.kvstore.journal;

import java.io.DataOutput;
import java.io.IOException;

/** Bytes whose number is known before they are written. */
public interface Block {

    /** The bytes that {@link #writeTo} writes. */
    int size();

    void writeTo(DataOutput out) throws IOException;
}
