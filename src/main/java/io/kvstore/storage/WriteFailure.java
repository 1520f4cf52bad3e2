package io.kvstore.storage;

import io.kvstore.store.StoreException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The failure after which a store accepts no writes until it is opened again. Set once; thread-safe. */
final class WriteFailure {

    private static final System.Logger LOG = System.getLogger(WriteFailure.class.getName());

    private volatile StoreException.@Nullable ReadOnly failure;

    /** Returns the failure, or null if the store accepts writes. */
    StoreException.@Nullable ReadOnly get() {
        return failure;
    }

    /** Returns whether the store accepts no writes. */
    boolean isSet() {
        return failure != null;
    }

    /**
     * Returns if the store accepts writes.
     *
     * @throws StoreException.ReadOnly if it does not
     */
    void check() {
        StoreException.ReadOnly present = failure;
        if (present != null) {
            throw readOnly(present);
        }
    }

    /** Makes the store accept no more writes. Without effect if it already accepts none. */
    synchronized void set(Throwable cause) {
        if (failure != null) {
            return;
        }
        failure = readOnly(cause);
        LOG.log(System.Logger.Level.ERROR, "a write failed; the store accepts no writes until it is restarted", cause);
    }

    /** Returns the exception for one caller. Callers on different threads never share an exception. */
    static StoreException.ReadOnly readOnly(Throwable cause) {
        return new StoreException.ReadOnly(
                cause instanceof StoreException.ReadOnly failed
                        ? String.valueOf(failed.getMessage())
                        : "an earlier write failed, so the store accepts no writes until it is restarted: "
                                + message(cause),
                isDiskFull(cause),
                cause);
    }

    /** Returns the exception for one caller whose change may or may not be in the log. */
    static StoreException.OutcomeUnknown outcomeUnknown(Throwable cause) {
        return new StoreException.OutcomeUnknown(
                "the change could not be written, and whether it exists after a restart is unknown: " + message(cause),
                isDiskFull(cause),
                cause);
    }

    /** Returns the message of an exception, or its class if it has none. */
    static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Returns whether an error was caused by a disk without free space. */
    static boolean isDiskFull(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String message = each.getMessage();
            if (each instanceof IOException && message != null && message.contains("No space left")) {
                return true;
            }
        }
        return false;
    }
}
