package io.kvstore.server;

import com.sun.net.httpserver.spi.HttpServerProvider;
import io.kvstore.api.AsyncCompletion;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that requests run on. */
final class RequestThreads implements AutoCloseable {

    private static final int VIRTUAL_SINCE = 21;

    /** Since when a virtual thread that waits inside {@code synchronized}, as the JDK's server does, frees its carrier. */
    private static final int VIRTUAL_UNPINNED_SINCE = 24;

    private static final long STACK_BYTES = 256 << 10;

    private final Watchdog.Threads threads;
    private final boolean deferring;
    private final Runnable stop;

    private RequestThreads(Watchdog.Threads threads, boolean deferring, Runnable stop) {
        this.threads = threads;
        this.deferring = deferring;
        this.stop = stop;
    }

    /** Starts what suits the JDK and the HTTP server that stands behind the API. */
    static RequestThreads start() {
        boolean jdkServer =
                HttpServerProvider.provider().getClass().getModule() == HttpServerProvider.class.getModule();
        int since = jdkServer ? VIRTUAL_UNPINNED_SINCE : VIRTUAL_SINCE;
        return Runtime.version().feature() >= since ? virtual() : platform(jdkServer);
    }

    private static RequestThreads virtual() {
        MethodHandle startVirtualThread;
        try {
            startVirtualThread = MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a JDK of " + VIRTUAL_SINCE + " or later without virtual threads", e);
        }
        return new RequestThreads(new VirtualThreads(startVirtualThread), false, () -> {});
    }

    /** A thread for each task, so that none waits for another. */
    private record VirtualThreads(MethodHandle start) implements Watchdog.Threads {

        @Override
        public void execute(Runnable task) {
            try {
                Thread ignored = (Thread) start.invokeExact(task);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void resume(List<Runnable> tasks) {
            tasks.forEach(this::execute);
        }

        @Override
        public void lend() {
            // nobody else could have used the thread
        }

        @Override
        public void giveBack() {
            // it ends
        }
    }

    private static RequestThreads platform(boolean deferring) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads = task -> daemon(task, "request-" + number.incrementAndGet());
        RequestExecutor executor = new RequestExecutor(System::nanoTime, RequestExecutor.IDLE_NANOS, threads);
        daemon(
                        () -> {
                            try {
                                executor.keepAdjusting();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "request-threads")
                .start();
        return new RequestThreads(executor, deferring, executor::close);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    Watchdog.Threads threads() {
        return threads;
    }

    /** Where to go on with requests that wait for a commit: a virtual thread waits at next to no cost, others do not wait. */
    AsyncCompletion completion(Watchdog watchdog) {
        return deferring ? AsyncCompletion.on(watchdog.resuming(threads), watchdog::current) : AsyncCompletion.DISABLED;
    }

    @Override
    public void close() {
        stop.run();
    }
}
