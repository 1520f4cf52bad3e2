package io.kvstore.cli;

import io.kvstore.client.ClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Requests from several threads, each sending its next when the one before was answered, or, at a given rate, when it is its
 * turn. At a rate, a request's time begins when it was to be sent: one that a slow answer held up is counted with its wait.
 */
final class LoadGenerator {

    /** One request of one kind. */
    interface Operation {
        void run(SplittableRandom random);
    }

    /**
     * How much of it.
     *
     * @param threads that send
     * @param requests at most
     * @param nanosMax no request begins later
     * @param perSecond the rate of all threads together; 0 for as fast as it goes
     * @param seed of what is drawn
     */
    record Shape(int threads, long requests, long nanosMax, double perSecond, long seed) {}

    /**
     * What came of it.
     *
     * @param times of the requests that were answered, in nanoseconds
     * @param errors how many were not
     * @param firstError why the first of those was not, or null
     * @param nanos from the first begin to the last answer
     */
    record Result(Histogram times, long errors, @Nullable String firstError, long nanos) {

        double perSecond() {
            return nanos == 0 ? 0 : times.getTotalCount() * 1e9 / nanos;
        }
    }

    private static final long NANOS_MAX = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Shape shape;
    private final Operation operation;
    private final Progress progress;
    private final LongSupplier nanos;
    private final AtomicLong next = new AtomicLong();
    private final Histogram times = histogram();
    private long errors;
    private @Nullable String firstError;

    private LoadGenerator(Shape shape, Operation operation, Progress progress, LongSupplier nanos) {
        this.shape = shape;
        this.operation = operation;
        this.progress = progress;
        this.nanos = nanos;
    }

    private static Histogram histogram() {
        return new Histogram(NANOS_MAX, DIGITS);
    }

    /** Sends all of them, and returns when the last is answered. */
    static Result run(Shape shape, Operation operation, Progress progress, LongSupplier nanos)
            throws InterruptedException {
        return new LoadGenerator(shape, operation, progress, nanos).run();
    }

    private Result run() throws InterruptedException {
        long begin = nanos.getAsLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < shape.threads(); i++) {
            SplittableRandom random = new SplittableRandom(shape.seed() + i);
            Thread thread = new Thread(() -> send(begin, random), "load-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Result(times, errors, firstError, nanos.getAsLong() - begin);
    }

    private void send(long begin, SplittableRandom random) {
        Histogram own = histogram();
        long failed = 0;
        String reason = null;
        for (long i = next.getAndIncrement(); i < shape.requests(); i = next.getAndIncrement()) {
            long due = begin + (shape.perSecond() == 0 ? 0 : (long) (i * 1e9 / shape.perSecond()));
            long now = nanos.getAsLong();
            while (now < due) {
                LockSupport.parkNanos(due - now);
                now = nanos.getAsLong();
            }
            if (now - begin >= shape.nanosMax()) {
                break;
            }
            try {
                operation.run(random);
                long from = shape.perSecond() == 0 ? now : due;
                own.recordValue(Math.min(NANOS_MAX, Math.max(0, nanos.getAsLong() - from)));
            } catch (ClientException e) {
                failed++;
                reason = reason == null ? e.getMessage() : reason;
            }
            progress.add(1);
        }
        add(own, failed, reason);
    }

    private synchronized void add(Histogram own, long failed, @Nullable String reason) {
        times.add(own);
        errors += failed;
        firstError = firstError == null ? reason : firstError;
    }
}
