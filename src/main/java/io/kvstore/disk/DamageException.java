package io.kvstore.disk;

import java.io.IOException;

/**
 * Thrown when a file is missing or does not contain what was written to it. The message names the file and the offset,
 * and says what to do.
 */
public final class DamageException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String ADVICE = "no file was changed; restore the folder from a backup or a snapshot";

    private final String finding;

    private DamageException(String finding, String advice) {
        super(finding + "; " + advice);
        this.finding = finding;
    }

    /**
     * Describes damage that was found after files may have been changed.
     *
     * @param message says what to do as well, since no advice is added
     */
    public DamageException(String message, Throwable cause) {
        super(message, cause);
        this.finding = message;
    }

    /**
     * Returns an exception for damage that was found while opening, before any file was changed. Advice on what to do
     * is appended to the message.
     */
    public static DamageException unchanged(String message) {
        return new DamageException(message, ADVICE);
    }

    /**
     * Returns an exception like {@link #unchanged} for damage at an offset of a file.
     *
     * @param file its path, or another name for messages
     */
    public static DamageException at(Object file, long offset, String problem) {
        return unchanged(file + " is damaged at offset " + offset + ": " + problem);
    }

    /** Returns the message without the advice on what to do. */
    public String finding() {
        return finding;
    }
}
