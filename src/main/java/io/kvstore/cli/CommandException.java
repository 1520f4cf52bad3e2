package io.kvstore.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** A command cannot do what it was told. The message is one line for the person who gave it. */
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

    /** As {@link #failed(String)}, with what became of a file or stream after it. */
    static CommandException failed(String what, IOException e) {
        String message = e.getMessage();
        String reason = e instanceof NoSuchFileException
                ? "there is no " + message
                : e instanceof AccessDeniedException
                        ? "permission denied: " + message
                        : message == null ? e.getClass().getSimpleName() : message;
        return failed(what + reason);
    }

    /** What the command line says cannot be meant. */
    static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
