package io.kvstore;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/*
 * A thread that dies because memory ran out leaves its work undone: accepting connections, committing, or watching for stalled
 * requests. The remaining threads look alive, but the server no longer responds. Every acknowledged write is in the log, so
 * recovery is the same as after a crash: the process exits, and its supervisor restarts it.
 */
/**
 * Ends the process if a thread dies of a {@link VirtualMachineError}, and logs other uncaught exceptions. Handling the error
 * allocates no objects, because memory may be exhausted.
 */
final class OutOfMemory implements Thread.UncaughtExceptionHandler {

    /** The exit code, the same as with the JVM option {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int EXIT = 3;

    private final byte[] line =
            "kvstore: out of memory, exiting; acknowledged writes are in the log; raise the limit with java -Xmx\n"
                    .getBytes(StandardCharsets.UTF_8);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private final PrintStream log;
    private final Runtime runtime = Runtime.getRuntime();

    /** @param log receives exceptions that do not end the process */
    OutOfMemory(PrintStream log) {
        this.log = log;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (thrown instanceof VirtualMachineError) {
            try {
                err.write(line);
            } catch (IOException e) {
                runtime.halt(EXIT); // standard error is closed
            }
            runtime.halt(EXIT);
        }
        log.println("kvstore: thread " + thread.getName() + " died: " + thrown);
        thrown.printStackTrace(log);
    }
}
