package io.kvstore.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the format of the output. */
final class OutputOptions {

    enum Format {
        TABLE,
        JSON,
        PLAIN
    }

    enum Color {
        AUTO,
        ALWAYS,
        NEVER
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, json (one object per line), or plain (fields separated by tabs, control characters"
                    + " escaped as in JSON); default: table in a terminal, otherwise plain")
    private @Nullable Format format;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description =
                    "auto, always or never; auto uses colors in a terminal unless NO_COLOR is set" + " (default: auto)")
    private Color color = Color.AUTO;

    Format format(Shell shell) {
        Format given = format;
        return given != null ? given : shell.terminals().out() ? Format.TABLE : Format.PLAIN;
    }

    Ansi ansi(Shell shell) {
        boolean colors = switch (color) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                shell.terminals().out() && shell.variable("NO_COLOR") == null && !"dumb".equals(shell.variable("TERM"));
        };
        return colors ? Ansi.ON : Ansi.OFF;
    }

    /** Returns a writer of rows with these columns to standard output. */
    Rows rows(Shell shell, Output out, String... columns) {
        return switch (format(shell)) {
            case TABLE -> new TableRows(out, ansi(shell), columns);
            case JSON -> new JsonRows(out, columns);
            case PLAIN -> new PlainRows(out);
        };
    }
}
