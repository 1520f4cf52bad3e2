package io.kvstore.cli;

/** What a command ends with, for scripts, and what its help says of it. */
final class ExitCode {

    /** It did what it was told. */
    static final int DONE = 0;

    /** It could not: the server cannot be reached, refuses, or a file cannot be read or written. */
    static final int FAILED = 1;

    /** The command line is wrong; nothing was done. */
    static final int USAGE = 2;

    /** There is no such key. */
    static final int ABSENT = 3;

    /** A condition does not hold; nothing was changed. */
    static final int CONDITION = 4;

    /** A data folder is damaged. */
    static final int DAMAGED = 5;

    /** The time to wait is over; as timeout(1) ends. */
    static final int TIMED_OUT = 124;

    /** The lock was lost, and the command stopped. */
    static final int LOST = 125;

    /** There is such a command, but it cannot be run; as env(1) ends. */
    static final int NOT_RUNNABLE = 126;

    /** There is no such command to run; as env(1) ends. */
    static final int NOT_FOUND = 127;

    /** Nobody reads on, as when {@code head} has seen enough: 128 and the number of SIGPIPE. */
    static final int CLOSED_PIPE = 141;

    static final String DONE_TEXT = "0:done";
    static final String FAILED_TEXT = "1:it failed, and standard error says why";
    static final String USAGE_TEXT = "2:the command line is wrong";
    static final String ABSENT_TEXT = "3:there is no such key";
    static final String CONDITION_TEXT = "4:the condition does not hold; nothing was changed";

    private ExitCode() {}
}
