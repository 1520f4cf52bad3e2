package io.kvstore.concurrent;

import java.util.concurrent.CountDownLatch;

/** Waits that an interrupt does not end; the thread's interrupt status is set again on return. */
public final class Uninterruptibly {

    private interface Wait {
        void run() throws InterruptedException;
    }

    private Uninterruptibly() {}

    /** Waits until a thread has ended. Returns at once if it was never started. */
    public static void join(Thread thread) {
        await(thread::join);
    }

    /** Waits until a latch has counted down to zero. */
    public static void await(CountDownLatch latch) {
        await(latch::await);
    }

    private static void await(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.run();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
