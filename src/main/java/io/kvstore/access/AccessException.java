package io.kvstore.access;

/**
 * Thrown if a rule, a line or a token file is invalid. The message is one line that says what is wrong and what to
 * write instead.
 */
public final class AccessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message, null, false, false);
    }
}
