package io.kvstore.cli;

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
 * What a command is run in.
 *
 * @param environment the variables
 * @param in standard input
 * @param out standard output, not buffered
 * @param err standard error
 * @param terminals which of the three are terminals
 */
public record Shell(
        Map<String, String> environment, InputStream in, OutputStream out, PrintStream err, Terminals terminals) {

    /** Which streams a person sits at. */
    public record Terminals(boolean in, boolean out, boolean err) {

        public static final Terminals NONE = new Terminals(false, false, false);

        private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

        /*
         * Java tells only whether standard input and output both are terminals, and picocli guesses by that. Linux tells of
         * each.
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
                return false; // it is closed
            }
        }
    }

    /** That of this process. */
    public static Shell ofProcess() {
        return new Shell(
                System.getenv(),
                System.in, // and no FileInputStream, whose readAllBytes asks a pipe for its position, and fails
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Terminals.ofProcess());
    }

    /** A variable, or null where it is not set or empty. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Prints a message on standard error, in one line. */
    void say(String message) {
        say(message, err);
    }

    /**
     * Prints a message in one line. Control characters are escaped: a server may have sent part of the message, and must not
     * control the terminal.
     */
    public static void say(String message, PrintStream err) {
        err.println("kvstore: " + Rows.withoutControls(message.replaceAll("\\s*\\R\\s*", " ")));
    }
}
