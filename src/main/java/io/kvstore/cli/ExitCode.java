package io.kvstore.cli;

import io.kvstore.client.ClientException;

/** The exit codes of commands, for scripts, and their descriptions in the help. */
final class ExitCode {

    /** The command succeeded. */
    static final int DONE = 0;

    /** The command failed: the server is unreachable or rejected the request, or a file cannot be read or written. */
    static final int FAILED = 1;

    /** The command line is invalid; nothing was done. */
    static final int USAGE = 2;

    /** The key does not exist. */
    static final int ABSENT = 3;

    /** A condition does not hold; nothing was changed. */
    static final int CONDITION = 4;

    /** A data folder is damaged. */
    static final int DAMAGED = 5;

    /** The wait timed out; the exit code of timeout(1). */
    static final int TIMED_OUT = 124;

    /** The lock was lost and the command was stopped. */
    static final int LOST = 125;

    /** The command cannot be executed; the exit code of env(1). */
    static final int NOT_RUNNABLE = 126;

    /** The command was not found; the exit code of env(1). */
    static final int NOT_FOUND = 127;

    /** The reader of standard output closed it, as {@code head} does: 128 plus the number of SIGPIPE. */
    static final int CLOSED_PIPE = 141;

    static final String DONE_TEXT = "0:success";
    static final String FAILED_TEXT = "1:failure; standard error has the reason";
    static final String USAGE_TEXT = "2:invalid command line";
    static final String ABSENT_TEXT = "3:the key does not exist";
    static final String CONDITION_TEXT = "4:the condition does not hold; nothing was changed";

    private ExitCode() {}

    static int of(ClientException e) {
        return switch (e.kind()) {
            case CONDITION_FAILED -> CONDITION;
            case ERROR_RESPONSE, BATCH_FAILED, HISTORY_GONE, CONNECTION_FAILED, UNREADABLE_RESPONSE -> FAILED;
        };
    }
}
