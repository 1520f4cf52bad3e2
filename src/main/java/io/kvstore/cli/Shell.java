package io.kvstore.cli;

import io.kvstore.config.EnvironmentVariable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;

/**
 * The environment in which a command runs.
 *
 * @param environment environment variables
 * @param in standard input
 * @param out standard output, unbuffered
 * @param err standard error
 * @param terminals which of the three streams are terminals
 */
public record Shell(
        Map<String, String> environment, InputStream in, OutputStream out, PrintStream err, Terminals terminals) {

    /** Which standard streams are terminals. */
    public record Terminals(boolean in, boolean out, boolean err) {

        public static final Terminals NONE = new Terminals(false, false, false);

        private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

        /*
         * Java, and therefore picocli, only reports whether standard input and output are both terminals. Linux reports
         * it for each stream.
         */
        static Terminals ofProcess() {
            if (Files.isDirectory(DESCRIPTORS)) {
                return new Terminals(isTerminal("0"), isTerminal("1"), isTerminal("2"));
            }
            boolean guess = Help.Ansi.AUTO.enabled();
            return new Terminals(guess, guess, guess);
        }

        private static boolean isTerminal(String descriptor) {
            try {
                String target =
                        Files.readSymbolicLink(DESCRIPTORS.resolve(descriptor)).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false; // the stream is closed
            }
        }
    }

    /** Returns the environment of this process. */
    public static Shell ofProcess() {
        return new Shell(
                System.getenv(),
                System.in, // a FileInputStream would fail: its readAllBytes asks a pipe for its position
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Terminals.ofProcess());
    }

    /**
     * Returns a variable, or null if it is unset or empty.
     *
     * @throws io.kvstore.config.BadFlagException as {@link EnvironmentVariable#value}
     */
    @Nullable
    String variable(String name) {
        String value = EnvironmentVariable.value(environment, name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Prints a message on standard error as one line. */
    void say(String message) {
        say(message, err);
    }

    /**
     * Prints a message as one line. Control characters are escaped: a server may have sent part of the message, and
     * must not control the terminal.
     */
    public static void say(String message, PrintStream err) {
        err.println("kvstore: " + Rows.escapeControls(message.replaceAll("\\s*\\R\\s*", " ")));
    }
}
