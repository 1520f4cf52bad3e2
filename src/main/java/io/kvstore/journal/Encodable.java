package io.kvstore.journal;

import java.io.DataOutput;
import java.io.IOException;

/** A value that can be written as bytes, and whose encoded size is known beforehand. */
public interface Encodable {

    /** Returns the number of bytes that {@link #writeTo} writes. */
    int size();

    /** Writes the value. */
    void writeTo(DataOutput out) throws IOException;
}
