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
 * Sends requests from several threads. Each thread sends its next request when the previous one is answered or, at a
 * given rate, when it is due. At a rate, the latency counts from the moment at which the request was due, so it
 * includes the delay that slow responses cause.
 */
final class LoadGenerator {

    /** Sends one request. */
    interface Operation {
        void run(SplittableRandom random);
    }

    /**
     * The amount of load.
     *
     * @param threads number of sending threads
     * @param requests maximum number of requests
     * @param nanosMax time after which no request starts
     * @param perSecond rate of all threads together; 0 for unlimited
     * @param seed seed of the random choices
     */
    record Plan(int threads, long requests, long nanosMax, double perSecond, long seed) {}

    /**
     * The result of a run.
     *
     * @param latencies latencies of the successful requests, in nanoseconds
     * @param errors number of failed requests
     * @param firstError reason of the first failure, or null
     * @param nanos time from the start to the last response
     */
    record Result(
            Histogram latencies, long errors, @Nullable String firstError, long nanos) {

        double perSecond() {
            return nanos == 0 ? 0 : latencies.getTotalCount() * 1e9 / nanos;
        }
    }

    private static final long NANOS_MAX = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Plan plan;
    private final Operation operation;
    private final Progress progress;
    private final LongSupplier nanos;
    private final AtomicLong next = new AtomicLong();
    private final Histogram latencies = histogram();
    private long errors;
    private @Nullable String firstError;

    private LoadGenerator(Plan plan, Operation operation, Progress progress, LongSupplier nanos) {
        this.plan = plan;
        this.operation = operation;
        this.progress = progress;
        this.nanos = nanos;
    }

    private static Histogram histogram() {
        return new Histogram(NANOS_MAX, DIGITS);
    }

    /** Sends all requests, and returns when the last is answered. */
    static Result run(Plan plan, Operation operation, Progress progress, LongSupplier nanos)
            throws InterruptedException {
        return new LoadGenerator(plan, operation, progress, nanos).run();
    }

    private Result run() throws InterruptedException {
        long begin = nanos.getAsLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < plan.threads(); i++) {
            SplittableRandom random = new SplittableRandom(plan.seed() + i);
            Thread thread = new Thread(() -> send(begin, random), "load-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Result(latencies, errors, firstError, nanos.getAsLong() - begin);
    }

    private void send(long begin, SplittableRandom random) {
        Histogram own = histogram();
        long failed = 0;
        String reason = null;
        for (long i = next.getAndIncrement(); i < plan.requests(); i = next.getAndIncrement()) {
            long due = begin + (plan.perSecond() == 0 ? 0 : (long) (i * 1e9 / plan.perSecond()));
            long now = nanos.getAsLong();
            while (now < due) {
                LockSupport.parkNanos(due - now);
                now = nanos.getAsLong();
            }
            if (now - begin >= plan.nanosMax()) {
                break;
            }
            try {
                operation.run(random);
                long from = plan.perSecond() == 0 ? now : due;
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
        latencies.add(own);
        errors += failed;
        firstError = firstError == null ? reason : firstError;
    }
}
