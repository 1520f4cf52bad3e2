package io.kvstore.server;

import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.StoreException;
import java.time.Duration;

/*
 * Reads never return an expired key, whether or not it has been removed. Removal sends the event to watchers and frees the
 * space in the store. So the sweep checks at intervals, which is cheap if no key has expired, and continues without a pause as
 * long as it removes keys.
 */
/** A thread that removes expired keys from the store. */
final class ExpirySweep implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ExpirySweep.class.getName());
    private static final Duration IDLE_PAUSE = Duration.ofMillis(100);
    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(10);

    private final PeriodicTask thread;

    private ExpirySweep(Keyspace keyspace) {
        thread = PeriodicTask.start("kvstore-expiry", () -> sweep(keyspace));
    }

    static ExpirySweep start(Keyspace keyspace) {
        return new ExpirySweep(keyspace);
    }

    /** Removes some expired keys; returns the pause until the next sweep. */
    private static Duration sweep(Keyspace keyspace) {
        try {
            return keyspace.expire() > 0 ? Duration.ZERO : IDLE_PAUSE;
        } catch (StoreException.ReadOnly | StoreException.OutcomeUnknown | StoreException.Closed e) {
            return FAILURE_PAUSE; // the store logged the cause when it happened
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "could not remove expired keys; reads still do not return them", e);
            return FAILURE_PAUSE;
        }
    }

    /** Stops the thread and waits until it has ended. */
    @Override
    public void close() {
        thread.close();
    }
}
