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
 * The key has a value that nobody else writes, and expires. A thread sets the expiry anew after a third of it, under the
 * condition that the key still is in the state that this holder left it in. Where no answer came, that state may be another
 * by now: then the value tells whose the key is.
 *
 * Until when the key is certain to be held is counted by this machine's clock, from the moment before the request that set
 * the expiry was sent; the server counts from a later one. When that moment passes, a task of its own says so, whatever the
 * renewal waits for.
 */
/**
 * A key that was created with an expiry, and is held by keeping it from expiring. Whoever holds it has a revision that is
 * greater than that of everybody who held it before.
 *
 * <p>Safe for use by several threads.
 */
final class Lease implements AutoCloseable {

    private static final int RENEWALS = 3;
    private static final int PAUSES = 20;

    private final KeyValueClient<byte[]> client;
    private final String key;
    private final byte[] owner;
    private final Duration ttl;
    private final LongSupplier nanos;
    private final long revision;
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread renewing;
    private @Nullable ETag state;
    private volatile long heldUntil;
    private boolean given;

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
        this.heldUntil = takenNanos + ttl.toNanos();
        this.renewing = new Thread(this::renewUntilReleased, "renewal");
        renewing.setDaemon(true);
        renewing.start();
        watchDeadline();
    }

    /**
     * Takes a key.
     *
     * @param owner a value that no other holder has
     * @param nanos a clock that never goes back, in nanoseconds
     * @throws ClientException.ConditionFailed when another holds it
     * @throws ClientException when it is not known whether it is held
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

    /** That with which it was taken: a fencing token. */
    long revision() {
        return revision;
    }

    /** Completes, with the reason, when the key may be held by another. */
    CompletableFuture<String> lost() {
        return lost;
    }

    private void renewUntilReleased() {
        long pause = ttl.toNanos() / RENEWALS;
        try {
            while (!released.await(Math.max(1, pause), TimeUnit.NANOSECONDS)) {
                pause = ttl.toNanos() / (renew() ? RENEWALS : PAUSES);
                if (lost.isDone()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            lost.complete("its renewal was interrupted");
        }
    }

    /** Waits for no request: one that hangs must not keep the holder from hearing that its time is over. */
    private void watchDeadline() {
        if (released.getCount() == 0 || lost.isDone()) {
            return;
        }
        long left = heldUntil - nanos.getAsLong();
        if (left <= 0) {
            lost.complete("the server could not be asked to renew it within " + ttl.toMillis() + " ms");
        } else {
            CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS).execute(this::watchDeadline);
        }
    }

    /** Whether the expiry was set anew. */
    private synchronized boolean renew() {
        if (released.getCount() == 0 || lost.isDone()) {
            return false;
        }
        long before = nanos.getAsLong();
        try {
            ETag present = state == null ? owned() : state;
            state = null; // until it is known
            WriteResult written = present == null ? null : client.touch(key, ttl, Condition.revision(present));
            if (written == null) {
                lost.complete("it expired, or somebody deleted it");
                return false;
            }
            state = written.etag();
            heldUntil = before + ttl.toNanos();
            return true;
        } catch (ClientException.ConditionFailed e) {
            if (!e.outcomeUnknown()) {
                lost.complete("somebody else has written it");
            }
            return false;
        } catch (ClientException e) {
            return false; // there may be time for another attempt
        }
    }

    /** The state that the key is in if it is this holder's, else null. */
    private @Nullable ETag owned() {
        Entry<byte[]> entry = client.entry(key);
        return entry != null && Arrays.equals(entry.value(), owner) ? entry.etag() : null;
    }

    /** Gives the key back if it is held: deletes it. Further calls wait for that, and do nothing. */
    @Override
    public void close() {
        released.countDown();
        synchronized (this) {
            if (given) {
                return;
            }
            given = true;
            ETag present = lost.isDone() ? null : state == null ? owned() : state;
            if (present != null) {
                try {
                    client.delete(key, Condition.revision(present));
                } catch (ClientException.ConditionFailed e) {
                    lost.complete("somebody else has written it");
                }
            }
        }
    }
}
