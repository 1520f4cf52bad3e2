package io.kvstore.cli;

/**
 * A word that a terminal shows in a colour.
 *
 * @param text the word
 */
record Highlight(String text, Kind kind) {

    enum Kind {
        GOOD,
        NOTE,
        BAD
    }

    String in(Ansi ansi) {
        return switch (kind) {
            case GOOD -> ansi.green(text);
            case NOTE -> ansi.yellow(text);
            case BAD -> ansi.red(text);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
