package io.kvstore.server;

import com.sun.net.httpserver.spi.HttpServerProvider;
import io.kvstore.api.AsyncCompletion;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which requests run: virtual threads if the JDK and the HTTP server support them well, else a pool. */
final class RequestThreads implements AutoCloseable {

    /** The first JDK version with virtual threads. */
    private static final int VIRTUAL_SINCE = 21;

    /**
     * The first JDK version in which a virtual thread does not pin its carrier while it waits in {@code synchronized}, as
     * threads of the JDK's HTTP server do.
     */
    private static final int VIRTUAL_UNPINNED_SINCE = 24;

    private static final long STACK_BYTES = 256 << 10;

    private final Watchdog.ThreadPool pool;
    private final boolean asyncCompletion;
    private final Runnable stop;

    private RequestThreads(Watchdog.ThreadPool pool, boolean asyncCompletion, Runnable stop) {
        this.pool = pool;
        this.asyncCompletion = asyncCompletion;
        this.stop = stop;
    }

    /** Chooses the kind of threads by the JDK version and the HTTP server provider, and starts them. */
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
            throw new LinkageError("JDK " + VIRTUAL_SINCE + " or later has no virtual threads", e);
        }
        return new RequestThreads(new VirtualThreads(startVirtualThread), false, () -> {});
    }

    /** Starts a thread for each task, so no task waits for another. */
    private record VirtualThreads(MethodHandle start) implements Watchdog.ThreadPool {

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
        public void executeCompletions(List<Runnable> tasks) {
            tasks.forEach(this::execute);
        }

        @Override
        public void beginLongTask() {
            // no other task waits for this thread
        }

        @Override
        public void endLongTask() {
            // the thread ends with its task
        }
    }

    private static RequestThreads platform(boolean asyncCompletion) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads = task -> daemon(task, "request-" + number.incrementAndGet());
        RequestExecutor executor = new RequestExecutor(System::nanoTime, RequestExecutor.IDLE_NANOS, threads);
        daemon(
                        () -> {
                            try {
                                executor.runAdjuster();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "request-threads")
                .start();
        return new RequestThreads(executor, asyncCompletion, executor::close);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    Watchdog.ThreadPool pool() {
        return pool;
    }

    /**
     * Returns how requests wait for a commit. A virtual thread waits itself, at almost no cost. A platform thread of the JDK's
     * server does not wait: another thread of the pool completes the request.
     */
    AsyncCompletion completion(Watchdog watchdog) {
        return asyncCompletion
                ? AsyncCompletion.on(watchdog.completionExecutor(pool), watchdog::current)
                : AsyncCompletion.DISABLED;
    }

    @Override
    public void close() {
        stop.run();
    }
}
