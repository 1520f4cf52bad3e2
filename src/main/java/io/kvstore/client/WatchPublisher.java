package io.kvstore.client;

import io.kvstore.store.StoreException;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gives each subscriber its own watch, and a thread that reads as many events as the subscriber requests. */
final class WatchPublisher<V> implements Flow.Publisher<WatchEvent<V>> {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Transport transport;
    private final RowCodec<V> codec;
    private final WatchOptions options;

    WatchPublisher(Transport transport, RowCodec<V> codec, WatchOptions options) {
        this.transport = transport;
        this.codec = codec;
        this.options = options;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super WatchEvent<V>> subscriber) {
        new WatchSubscription(Objects.requireNonNull(subscriber, "subscriber")).thread.start();
    }

    private final class WatchSubscription implements Flow.Subscription, Runnable {

        private final Flow.Subscriber<? super WatchEvent<V>> subscriber;
        private final Thread thread;

        private long demand; // guarded by this
        private boolean invalidRequest; // guarded by this
        private boolean cancelled; // guarded by this
        private boolean completed; // guarded by this

        WatchSubscription(Flow.Subscriber<? super WatchEvent<V>> subscriber) {
            this.subscriber = subscriber;
            this.thread = new Thread(this, "kvstore-watch-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
        }

        @Override
        public synchronized void request(long n) {
            if (n <= 0) {
                invalidRequest = true;
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            notifyAll();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                cancelled = true;
                notifyAll();
            }
            if (Thread.currentThread() != thread) {
                thread.interrupt();
            }
        }

        private synchronized void complete() {
            completed = true;
            notifyAll();
        }

        /** Waits for demand; returns false if the subscription has ended. */
        private synchronized boolean awaitDemand() throws InterruptedException {
            while (demand == 0 && !invalidRequest && !cancelled && !completed) {
                wait();
            }
            if (invalidRequest) {
                throw new IllegalArgumentException("a subscriber must request at least one event");
            }
            demand -= demand == Long.MAX_VALUE ? 0 : 1;
            return !cancelled && !completed;
        }

        private synchronized boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void run() {
            Runnable onClose = this::complete;
            subscriber.onSubscribe(this);
            RuntimeException failure = null;
            transport.onClose(onClose);
            try {
                read();
            } catch (InterruptedException e) {
                return; // only cancel() interrupts this thread
            } catch (StoreException.Closed e) {
                // the client was closed before the watch began: completes, as if it had been closed a moment later
            } catch (ClientException | IllegalArgumentException e) {
                failure = e;
            } finally {
                transport.removeOnClose(onClose);
            }
            end(failure);
        }

        private void read() throws InterruptedException {
            try (Watch<V> watch = new Watch<>(transport, codec, options)) {
                while (awaitDemand() && watch.hasNext()) {
                    subscriber.onNext(watch.next());
                }
            }
        }

        private void end(@Nullable RuntimeException failure) {
            if (isCancelled()) {
                return;
            }
            if (failure == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(failure);
            }
        }
    }
}
