package io.kvstore;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/*
 * A thread that ends because memory ran out takes with it what only it does: accepting connections, committing, watching
 * over the others. What is left looks alive and answers nobody. Whatever the process acknowledged is in its log, so the way
 * back is the one that a crash has: end, and be started again.
 */
/** Ends the process where a thread was ended by an error of the machine. Makes no objects, for there may be no room. */
final class OutOfMemory implements Thread.UncaughtExceptionHandler {

    /** The exit code, which is that of the JVM's own {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int EXIT = 3;

    private final byte[] line =
            "kvstore: memory ran out, so the server ends; what it acknowledged is in its log. Start it with more: java -Xmx\n"
                    .getBytes(StandardCharsets.UTF_8);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private final PrintStream log;
    private final Runtime runtime = Runtime.getRuntime();

    /** @param log where other exceptions are told */
    OutOfMemory(PrintStream log) {
        this.log = log;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (thrown instanceof VirtualMachineError) {
            try {
                err.write(line);
            } catch (IOException e) {
                runtime.halt(EXIT); // nobody reads it
            }
            runtime.halt(EXIT);
        }
        log.println("kvstore: thread " + thread.getName() + " ended: " + thrown);
        thrown.printStackTrace(log);
    }
}
