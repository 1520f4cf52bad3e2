package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/** No whole answer came: the server cannot be reached or trusted, the connection broke, time was up, or the thread was interrupted. */
public final class ConnectionFailedException extends ClientException {

    private static final long serialVersionUID = 1L;

    ConnectionFailedException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, outcomeUnknown, cause);
    }
}
