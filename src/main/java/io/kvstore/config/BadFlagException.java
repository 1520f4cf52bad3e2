package io.kvstore.config;

/** A flag or an environment variable has an invalid value. The message is one line. */
public final class BadFlagException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadFlagException(String message) {
        super(message, null, false, false);
    }
}
