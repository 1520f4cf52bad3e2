package io.kvstore.client;

import io.kvstore.store.StoreException;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gives each subscriber a watch of its own, and a thread that reads it as far as there is demand. */
final class WatchPublisher<V> implements Flow.Publisher<WatchEvent<V>> {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Transport transport;
    private final Values<V> values;
    private final WatchOptions options;

    WatchPublisher(Transport transport, Values<V> values, WatchOptions options) {
        this.transport = transport;
        this.values = values;
        this.options = options;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super WatchEvent<V>> subscriber) {
        new Reading(Objects.requireNonNull(subscriber, "subscriber")).thread.start();
    }

    /** One subscription. */
    private final class Reading implements Flow.Subscription, Runnable {

        private final Flow.Subscriber<? super WatchEvent<V>> subscriber;
        private final Thread thread;

        private long demand; // guarded by this
        private boolean misused; // guarded by this
        private boolean cancelled; // guarded by this
        private boolean completed; // guarded by this

        Reading(Flow.Subscriber<? super WatchEvent<V>> subscriber) {
            this.subscriber = subscriber;
            this.thread = new Thread(this, "kvstore-watch-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
        }

        @Override
        public synchronized void request(long n) {
            if (n <= 0) {
                misused = true;
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

        /** Whether there is another event to give, once there is demand for it. */
        private synchronized boolean awaitDemand() throws InterruptedException {
            while (demand == 0 && !misused && !cancelled && !completed) {
                wait();
            }
            if (misused) {
                throw new IllegalArgumentException(
                        "a subscriber asks for at least one event, and this one asked for none");
            }
            demand -= demand == Long.MAX_VALUE ? 0 : 1;
            return !cancelled && !completed;
        }

        private synchronized boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void run() {
            Transport.Closing closing = this::complete;
            subscriber.onSubscribe(this);
            RuntimeException failure = null;
            transport.closeWithClient(closing);
            try {
                read();
            } catch (InterruptedException e) {
                return; // by cancel, for nobody else knows the thread
            } catch (StoreException.Closed e) {
                // the end, as if it had been closed a moment later
            } catch (ClientException | IllegalArgumentException e) {
                failure = e;
            } finally {
                transport.forget(closing);
            }
            end(failure);
        }

        private void read() throws InterruptedException {
            try (Watch<V> watch = new Watch<>(transport, values, options)) {
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
