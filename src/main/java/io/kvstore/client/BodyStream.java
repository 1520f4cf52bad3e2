package io.kvstore.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, read on demand: requests at most one delivery ahead from the connection, and fails a read
 * that receives nothing for the idle timeout. For one reader; any thread may close it, which fails the reader at once
 * and closes the connection unless the body is complete.
 */
final class BodyStream extends InputStream implements BodySubscriber<BodyStream> {

    private static final List<ByteBuffer> END = List.of();

    private final Duration idleTimeout;
    private final BlockingQueue<List<ByteBuffer>> deliveries = new LinkedBlockingQueue<>();

    private Flow.@Nullable Subscription subscription; // guarded by this
    private volatile boolean closed; // written under this
    private volatile @Nullable Throwable failure;

    // used by the reader alone
    private List<ByteBuffer> delivery = List.of();
    private int next;
    private boolean complete;

    BodyStream(Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    @Override
    public CompletionStage<BodyStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription offered) {
        if (closed || subscription != null) {
            offered.cancel();
        } else {
            subscription = offered;
            offered.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (buffers.isEmpty()) {
            requestNext();
        } else {
            deliveries.add(buffers);
        }
    }

    @Override
    public void onError(Throwable cause) {
        failure = cause;
        deliveries.add(END);
    }

    @Override
    public void onComplete() {
        deliveries.add(END);
    }

    private void requestNext() {
        Flow.Subscription current;
        synchronized (this) {
            current = subscription;
        }
        if (current != null) {
            current.request(1);
        }
    }

    @Override
    public int read() throws IOException {
        ByteBuffer buffer = buffer();
        return buffer == null ? -1 : buffer.get() & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer buffer = buffer();
        if (buffer == null) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
    }

    @Override
    public int available() {
        return next < delivery.size() ? delivery.get(next).remaining() : 0;
    }

    /** Returns a buffer with at least one byte, or null at the end of the body; waits for it. */
    private @Nullable ByteBuffer buffer() throws IOException {
        while (!complete) {
            if (closed) {
                throw new IOException("the response was closed before its end");
            }
            while (next < delivery.size()) {
                if (delivery.get(next).hasRemaining()) {
                    return delivery.get(next);
                }
                next++;
            }
            if (!delivery.isEmpty()) {
                delivery = List.of();
                next = 0;
                requestNext();
            }
            take();
        }
        return null;
    }

    private void take() throws IOException {
        List<ByteBuffer> taken;
        try {
            taken = deliveries.poll(idleTimeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the thread was interrupted during a response").initCause(e);
        }
        if (taken == null) {
            close();
            throw new HttpTimeoutException("no byte of the response arrived for " + idleTimeout);
        }
        if (!taken.isEmpty()) {
            delivery = taken;
            next = 0;
            return;
        }
        Throwable cause = failure;
        if (cause != null) {
            deliveries.add(END); // the next read fails as well
            throw new IOException("the response was cut off: " + cause.getMessage(), cause);
        }
        if (!closed) {
            complete = true;
        }
    }

    @Override
    public void close() {
        Flow.Subscription current;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            current = subscription;
        }
        if (current != null) {
            current.cancel();
        }
        deliveries.add(END);
    }
}
