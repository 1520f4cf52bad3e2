package io.kvstore.server;

import org.jspecify.annotations.Nullable;

/** The server cannot start. The message is one line for the person who starts it. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
