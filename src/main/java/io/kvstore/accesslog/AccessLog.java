package io.kvstore.accesslog;

import io.kvstore.http.RequestLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Waking a thread takes microseconds, more than everything else here. So while there are entries, the writer sleeps for
 * a moment after each round, without being woken. Only if the queue is still empty after that sleep does the next
 * request wake it. The queue is bounded by memory, not by entries, because a path may have 256 KB.
 */
/**
 * Writes one line per request, on a separate thread.
 *
 * <p>A request only adds an entry to a queue. Lines are dropped and counted if the queue is full because the output is
 * too slow, or if they cannot be written; the server log reports how many. Lines are in the order in which requests
 * ended.
 */
public final class AccessLog implements RequestLog, AutoCloseable {

    static final long QUEUED_BYTES_MAX = 4 << 20;

    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
    private static final long ROUND_NANOS = 10_000_000;
    private static final long WARNING_INTERVAL_NANOS = 10_000_000_000L;
    private static final long CLOSE_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 64 << 10;

    /** Estimated size of an entry without its strings. */
    private static final long ENTRY_OVERHEAD_BYTES = 256;

    private final LogFormat format;
    private final OutputStream out;
    private final LongSupplier nanoTime;
    private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kvstore-access-log");
    private volatile boolean idle;
    private volatile boolean closed;

    /**
     * The number of dropped lines in the warnings so far. Used only by the writer thread, as is the time of the last
     * warning.
     */
    private long warnedDropped;

    private long warnedNanos;

    private AccessLog(LogFormat format, OutputStream out, LongSupplier nanoTime) {
        this.format = format;
        this.out = out;
        this.nanoTime = nanoTime;
        this.warnedNanos = nanoTime.getAsLong() - WARNING_INTERVAL_NANOS;
    }

    /**
     * Starts a log that writes to a stream. The stream is flushed after each batch of lines, and never closed.
     *
     * @param nanoTime a clock like {@link System#nanoTime}; it limits warnings about dropped lines to one every ten
     *     seconds
     */
    public static AccessLog start(LogFormat format, OutputStream out, LongSupplier nanoTime) {
        AccessLog log = new AccessLog(format, out, nanoTime);
        log.thread.setDaemon(true);
        log.thread.start();
        return log;
    }

    @Override
    public void answered(Entry entry) {
        long bytes = bytes(entry);
        if (queuedBytes.addAndGet(bytes) > QUEUED_BYTES_MAX) {
            queuedBytes.addAndGet(-bytes);
            dropped.incrementAndGet();
            return;
        }
        queue.add(entry);
        if (idle) {
            idle = false;
            LockSupport.unpark(thread);
        }
    }

    private static long bytes(Entry entry) {
        return ENTRY_OVERHEAD_BYTES + entry.path().length() + length(entry.query()) + length(entry.userAgent());
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** Returns the number of lines that were dropped. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            ByteArrayOutputStream lines = new ByteArrayOutputStream(BUFFER_BYTES);
            while (!closed || !queue.isEmpty()) {
                if (queue.isEmpty()) {
                    sleepUntilNotEmpty();
                }
                write(lines);
                warnOfDropped();
            }
            warnOfDropped();
        } finally {
            ended.countDown();
        }
    }

    private void sleepUntilNotEmpty() {
        LockSupport.parkNanos(this, ROUND_NANOS);
        idle = true;
        while (idle && queue.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        idle = false;
    }

    /** Writes queued entries, until the queue is empty or the buffer is full. */
    private void write(ByteArrayOutputStream lines) {
        int count = 0;
        try {
            for (Entry entry = queue.peek(); entry != null && lines.size() < BUFFER_BYTES; entry = queue.peek()) {
                queue.remove();
                queuedBytes.addAndGet(-bytes(entry));
                count++;
                format.write(entry, lines);
            }
            if (count > 0) {
                lines.writeTo(out);
                out.flush();
            }
        } catch (IOException e) {
            dropped.addAndGet(count);
        } finally {
            lines.reset();
        }
    }

    private void warnOfDropped() {
        long now = nanoTime.getAsLong();
        long total = dropped.get();
        if (total > warnedDropped && (closed || now - warnedNanos >= WARNING_INTERVAL_NANOS)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "dropped " + (total - warnedDropped)
                            + " access log lines: standard output cannot be written, or is read too slowly");
            warnedDropped = total;
            warnedNanos = now;
        }
    }

    /** Writes the queued lines, for at most five seconds, and stops the log. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            if (!ended.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the last access log lines are lost: they could not be written within five seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
