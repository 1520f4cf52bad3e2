package io.kvstore.journal;

/** What one commit appends to the journal: at most {@link Journal#RECORD_BYTES_MAX} bytes. */
public interface LogRecord extends Block {

    /** How many changes the record stands for. */
    int changes();
}
