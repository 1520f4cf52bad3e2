package io.kvstore.cli;

import io.kvstore.client.ClientException;
import io.kvstore.client.Condition;
import io.kvstore.client.ETag;
import io.kvstore.client.Entry;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.WriteOptions;
import io.kvstore.client.WriteResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * The key has a value that no other client writes, and an expiry. A thread renews the expiry after a third of the time
 * to live, on condition that the key has not changed since the last renewal. If a renewal got no response, it may
 * have changed the key itself; then the value shows whether this holder still owns the key.
 *
 * The deadline is computed with this machine's clock, from the moment before the request that set the expiry was sent;
 * the server counts from a later moment. So the deadline is never later than the actual expiry. A separate task checks
 * it, because the renewal may be blocked in a request.
 */
/**
 * A key that was created with an expiry and is renewed until it is released. The revision of each holder is greater
 * than that of all earlier holders.
 *
 * <p>Safe for use by several threads.
 */
final class Lease implements AutoCloseable {

    private static final int RENEWALS_PER_TTL = 3;
    private static final int RETRIES_PER_TTL = 20;

    private final KeyValueClient<byte[]> client;
    private final String key;
    private final byte[] owner;
    private final Duration ttl;
    private final LongSupplier nanos;
    private final long revision;
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread renewal;
    private @Nullable ETag state;
    private volatile long deadline;
    private boolean closed;

    private Lease(
            KeyValueClient<byte[]> client,
            String key,
            byte[] owner,
            Duration ttl,
            LongSupplier nanos,
            long takenNanos,
            ETag state,
            long revision) {
        this.client = client;
        this.key = key;
        this.owner = owner;
        this.ttl = ttl;
        this.nanos = nanos;
        this.revision = revision;
        this.state = state;
        this.deadline = takenNanos + ttl.toNanos();
        this.renewal = new Thread(this::renewUntilReleased, "renewal");
        renewal.setDaemon(true);
        renewal.start();
        watchDeadline();
    }

    /**
     * Creates the key.
     *
     * @param owner a value that no other holder uses
     * @param nanos a monotonic clock, in nanoseconds
     * @throws ClientException.ConditionFailed if another process holds the key
     * @throws ClientException if it is unknown whether the key was created
     */
    static Lease take(KeyValueClient<byte[]> client, String key, byte[] owner, Duration ttl, LongSupplier nanos) {
        long before = nanos.getAsLong();
        try {
            WriteResult written = client.put(
                    key, owner, WriteOptions.defaults().when(Condition.absent()).expiringAfter(ttl));
            return new Lease(client, key, owner, ttl, nanos, before, written.etag(), written.revision());
        } catch (ClientException.ConditionFailed e) {
            Entry<byte[]> own = e.outcomeUnknown() ? client.entry(key) : null;
            if (own == null || !Arrays.equals(own.value(), owner)) {
                throw e;
            }
            return new Lease(
                    client,
                    key,
                    owner,
                    ttl,
                    nanos,
                    before,
                    own.etag(),
                    own.metadata().revision());
        }
    }

    /** Returns the revision at which the key was created: a fencing token. */
    long revision() {
        return revision;
    }

    /** Completes with the reason when another process may hold the key. */
    CompletableFuture<String> lost() {
        return lost;
    }

    private void renewUntilReleased() {
        long pause = ttl.toNanos() / RENEWALS_PER_TTL;
        try {
            while (!released.await(Math.max(1, pause), TimeUnit.NANOSECONDS)) {
                pause = ttl.toNanos() / (renew() ? RENEWALS_PER_TTL : RETRIES_PER_TTL);
                if (lost.isDone()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            lost.complete("the renewal was interrupted");
        }
    }

    /** Sends no request: a blocked one must not delay the report that the lease has expired. */
    private void watchDeadline() {
        if (released.getCount() == 0 || lost.isDone()) {
            return;
        }
        long left = deadline - nanos.getAsLong();
        if (left <= 0) {
            lost.complete("it could not be renewed within " + ttl.toMillis() + " ms");
        } else {
            CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS).execute(this::watchDeadline);
        }
    }

    /** Returns whether the expiry was renewed. */
    private synchronized boolean renew() {
        if (released.getCount() == 0 || lost.isDone()) {
            return false;
        }
        long before = nanos.getAsLong();
        try {
            ETag present = state == null ? owned() : state;
            state = null; // unknown until a response arrives
            WriteResult written = present == null ? null : client.touch(key, ttl, Condition.revision(present));
            if (written == null) {
                lost.complete("it expired or was deleted");
                return false;
            }
            state = written.etag();
            deadline = before + ttl.toNanos();
            return true;
        } catch (ClientException.ConditionFailed e) {
            if (!e.outcomeUnknown()) {
                lost.complete("another client overwrote it");
            }
            return false;
        } catch (ClientException e) {
            return false; // another attempt may succeed before the deadline
        }
    }

    /** Returns the state of the key if it has the value of this holder, otherwise null. */
    private @Nullable ETag owned() {
        Entry<byte[]> entry = client.entry(key);
        return entry != null && Arrays.equals(entry.value(), owner) ? entry.etag() : null;
    }

    /** Deletes the key if this holder still owns it. Further calls wait for the first and have no effect. */
    @Override
    public void close() {
        released.countDown();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            ETag present = lost.isDone() ? null : state == null ? owned() : state;
            if (present != null) {
                try {
                    client.delete(key, Condition.revision(present));
                } catch (ClientException.ConditionFailed e) {
                    lost.complete("another client overwrote it");
                }
            }
        }
    }
}
