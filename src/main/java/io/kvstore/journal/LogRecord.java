package io.kvstore.journal;

/** The record of one commit in the journal, of at most {@link Journal#RECORD_BYTES_MAX} bytes. */
public interface LogRecord extends Encodable {

    /** Returns the number of changes in the commit. */
    int changes();
}
