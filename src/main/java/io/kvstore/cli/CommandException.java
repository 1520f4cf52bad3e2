package io.kvstore.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Thrown if a command fails. The message is one line for the user. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandException failed(String message) {
        return new CommandException(ExitCode.FAILED, message);
    }

    /**
     * Returns an exception with exit code 1, whose message is {@code what} followed by the reason of an I/O error.
     */
    static CommandException failed(String what, IOException e) {
        String message = e.getMessage();
        String reason = e instanceof NoSuchFileException
                ? "file not found: " + message
                : e instanceof AccessDeniedException
                        ? "permission denied: " + message
                        : message == null ? e.getClass().getSimpleName() : message;
        return failed(what + reason);
    }

    /** Returns an exception for an invalid command line. */
    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
