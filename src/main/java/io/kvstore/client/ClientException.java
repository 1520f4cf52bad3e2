package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/** Why the client could not do what it was asked. The message is for people, and names neither token nor value. */
public abstract sealed class ClientException extends RuntimeException
        permits ResponseException, ConnectionFailedException, UnreadableAnswerException {

    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    ClientException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /**
     * Whether the request may have been carried out nevertheless, by this attempt or one before it: a connection broke, or
     * time was up, after it was sent; or the server said that it does not know. False for what only reads.
     */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
