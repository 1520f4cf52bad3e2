package io.kvstore.cli;

/** Colours of a terminal, or none. */
enum Paint {
    NONE,
    COLOURS;

    private static final String ESCAPE = "\033[";

    String bold(String text) {
        return in("1", text);
    }

    String red(String text) {
        return in("31", text);
    }

    String green(String text) {
        return in("32", text);
    }

    String yellow(String text) {
        return in("33", text);
    }

    private String in(String code, String text) {
        return this == NONE || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
}
