package io.kvstore.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an answer is shown. */
final class OutputOptions {

    enum Format {
        TABLE,
        JSON,
        PLAIN
    }

    enum Colour {
        AUTO,
        ALWAYS,
        NEVER
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description =
                    "table, json (an object a line) or plain (tabs between fields, control characters escaped as in"
                            + " JSON); table in a terminal, else plain")
    private @Nullable Format format;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "auto (in a terminal, unless NO_COLOR is set), always or never")
    private Colour colour = Colour.AUTO;

    Format format(Shell shell) {
        Format given = format;
        return given != null ? given : shell.terminals().out() ? Format.TABLE : Format.PLAIN;
    }

    Ansi ansi(Shell shell) {
        boolean colours = switch (colour) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                shell.terminals().out() && shell.variable("NO_COLOR") == null && !"dumb".equals(shell.variable("TERM"));
        };
        return colours ? Ansi.ON : Ansi.OFF;
    }

    /** Rows with these columns, on standard output. */
    Rows rows(Shell shell, Output out, String... columns) {
        return switch (format(shell)) {
            case TABLE -> new TableRows(out, ansi(shell), columns);
            case JSON -> new JsonRows(out, columns);
            case PLAIN -> new PlainRows(out);
        };
    }
}
