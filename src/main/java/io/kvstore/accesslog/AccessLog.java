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
 * To wake a thread costs microseconds, more than all else here, so the writer sleeps a moment after each round while there is
 * something to do, and only one that found nothing twice is woken by the next request. What waits is bounded by the memory it
 * takes, for a path may have 256 KB.
 */
/**
 * Writes a line for each request, on a thread of its own.
 *
 * <p>A request pays for an entry in a queue. Where the queue is full, because whoever takes the lines is too slow, or where
 * they cannot be written, they are dropped and counted, and the server's log tells how many. Lines come in the order in which
 * requests ended.
 */
public final class AccessLog implements RequestLog, AutoCloseable {

    static final long WAITING_BYTES_MAX = 4 << 20;

    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
    private static final long ROUND_NANOS = 10_000_000;
    private static final long TELL_NANOS = 10_000_000_000L;
    private static final long CLOSE_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 64 << 10;

    /** Objects around the texts of an entry. */
    private static final long ENTRY_BYTES = 256;

    private final LineFormat format;
    private final OutputStream out;
    private final LongSupplier nanoTime;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kvstore-access-log");
    private volatile boolean idle;
    private volatile boolean closed;

    /** Of the writer: how many dropped lines were told of, and when. */
    private long toldDropped;

    private long toldNanos;

    private AccessLog(LineFormat format, OutputStream out, LongSupplier nanoTime) {
        this.format = format;
        this.out = out;
        this.nanoTime = nanoTime;
        this.toldNanos = nanoTime.getAsLong() - TELL_NANOS;
    }

    /**
     * Begins to write to a stream, which is flushed after some lines at a time and never closed.
     *
     * @param nanoTime as {@link System#nanoTime}: dropped lines are told of every ten seconds at most
     */
    public static AccessLog start(LineFormat format, OutputStream out, LongSupplier nanoTime) {
        AccessLog log = new AccessLog(format, out, nanoTime);
        log.thread.setDaemon(true);
        log.thread.start();
        return log;
    }

    @Override
    public void answered(Entry entry) {
        long bytes = bytes(entry);
        if (waitingBytes.addAndGet(bytes) > WAITING_BYTES_MAX) {
            waitingBytes.addAndGet(-bytes);
            dropped.incrementAndGet();
            return;
        }
        waiting.add(entry);
        if (idle) {
            idle = false;
            LockSupport.unpark(thread);
        }
    }

    private static long bytes(Entry entry) {
        return ENTRY_BYTES + entry.path().length() + length(entry.query()) + length(entry.userAgent());
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** How many lines were dropped. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            ByteArrayOutputStream lines = new ByteArrayOutputStream(BUFFER_BYTES);
            while (!closed || !waiting.isEmpty()) {
                if (waiting.isEmpty()) {
                    sleepUntilThereIsSomething();
                }
                write(lines);
                tellDropped();
            }
            tellDropped();
        } finally {
            ended.countDown();
        }
    }

    private void sleepUntilThereIsSomething() {
        LockSupport.parkNanos(this, ROUND_NANOS);
        idle = true;
        while (idle && waiting.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        idle = false;
    }

    /** Writes what waits, as much as goes into the buffer. */
    private void write(ByteArrayOutputStream lines) {
        int count = 0;
        try {
            for (Entry entry = waiting.peek(); entry != null && lines.size() < BUFFER_BYTES; entry = waiting.peek()) {
                waiting.remove();
                waitingBytes.addAndGet(-bytes(entry));
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

    private void tellDropped() {
        long now = nanoTime.getAsLong();
        long all = dropped.get();
        if (all > toldDropped && (closed || now - toldNanos >= TELL_NANOS)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    (all - toldDropped)
                            + " lines of the access log were dropped: they cannot be written, or not as fast"
                            + " as requests come");
            toldDropped = all;
            toldNanos = now;
        }
    }

    /** Writes what waits, which may take five seconds at most, and ends. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            if (!ended.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "the last lines of the access log were not taken, and are lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
