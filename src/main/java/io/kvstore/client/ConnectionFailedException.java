package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/** No whole answer came: the server cannot be reached or trusted, the connection broke, time was up, or the thread was interrupted. */
public final class ConnectionFailedException extends ClientException {

    private static final long serialVersionUID = 1L;

    private final boolean passing;

    /** @param passing whether it may go better another time */
    ConnectionFailedException(String message, boolean outcomeUnknown, boolean passing, @Nullable Throwable cause) {
        super(message, outcomeUnknown, cause);
        this.passing = passing;
    }

    boolean isPassing() {
        return passing;
    }
}
