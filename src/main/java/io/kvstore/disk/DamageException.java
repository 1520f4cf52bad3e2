package io.kvstore.disk;

import java.io.IOException;

/** Bytes of a file are not what was written, or a file is missing. The message names the file, the place, and what to do. */
public final class DamageException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String ADVICE = "Nothing was changed. Restore the folder from a backup, or from a snapshot.";

    private final String finding;

    private DamageException(String finding, String advice) {
        super(finding + ". " + advice);
        this.finding = finding;
    }

    /** Damage that was met at any time. */
    public DamageException(String message, Throwable cause) {
        super(message, cause);
        this.finding = message;
    }

    /** Damage that opening met before it changed anything: a sentence without its full stop, which advice follows. */
    public static DamageException unchanged(String message) {
        return new DamageException(message, ADVICE);
    }

    /** As {@link #unchanged}, of a place in a file. */
    public static DamageException at(Object file, long offset, String what) {
        return unchanged(file + " is damaged at offset " + offset + ": " + what);
    }

    /** The message without what to do. */
    public String finding() {
        return finding;
    }
}
