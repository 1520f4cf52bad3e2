package io.kvstore.server;

import io.kvstore.concurrent.Uninterruptibly;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.StoreException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/*
 * Nobody waits for this: a key whose time is up is gone whether it has been removed or not. What it is for is that watchers
 * are told, and that the store gets its space back. So it looks now and then, which costs next to nothing where nothing is
 * due, and goes on without a pause while anything is.
 */
/** The thread that removes keys whose time is up. */
final class ExpirySweep implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ExpirySweep.class.getName());
    private static final long LOOK_MILLIS = 100;
    private static final long FAILED_MILLIS = 10_000;

    private final Keyspace keyspace;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kvstore-expiry");

    private ExpirySweep(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    static ExpirySweep start(Keyspace keyspace) {
        ExpirySweep sweep = new ExpirySweep(keyspace);
        sweep.thread.setDaemon(true);
        sweep.thread.start();
        return sweep;
    }

    private void run() {
        try {
            long pause = 0;
            while (!closed.await(pause, TimeUnit.MILLISECONDS)) {
                pause = sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes some; returns how long to wait before the next time. */
    private long sweep() {
        try {
            return keyspace.expire() > 0 ? 0 : LOOK_MILLIS;
        } catch (StoreException.ReadOnly | StoreException.OutcomeUnknown | StoreException.Closed e) {
            return FAILED_MILLIS; // told once, when it came about
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "expired keys could not be removed; they stay invisible", e);
            return FAILED_MILLIS;
        }
    }

    /** Ends the thread, and waits for it. */
    @Override
    public void close() {
        closed.countDown();
        Uninterruptibly.join(thread);
    }
}
