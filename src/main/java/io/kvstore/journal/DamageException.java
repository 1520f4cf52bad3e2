package io.kvstore.journal;

import java.io.IOException;

/** Bytes of a file are not what was written. The message names the file, the place, and what to do. */
public final class DamageException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamageException(String message) {
        super(message);
    }
}
