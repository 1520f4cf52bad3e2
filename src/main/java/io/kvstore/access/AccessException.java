package io.kvstore.access;

/** Why a rule, a line or a file is not taken. The message is one line: what is wrong, and what to write instead. */
public final class AccessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message, null, false, false);
    }
}
