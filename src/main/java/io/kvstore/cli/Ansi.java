package io.kvstore.cli;

/** Styles text with ANSI escape sequences, or leaves it as it is. */
enum Ansi {
    OFF,
    ON;

    private static final String ESCAPE = "\033[";

    String bold(String text) {
        return styled("1", text);
    }

    String red(String text) {
        return styled("31", text);
    }

    String green(String text) {
        return styled("32", text);
    }

    String yellow(String text) {
        return styled("33", text);
    }

    private String styled(String code, String text) {
        return this == OFF || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
}
