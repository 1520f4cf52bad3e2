package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/** An answer came that the client does not understand: the address is not that of a KVStore server, or the codec cannot read a value. */
public final class UnreadableAnswerException extends ClientException {

    private static final long serialVersionUID = 1L;

    UnreadableAnswerException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, outcomeUnknown, cause);
    }
}
