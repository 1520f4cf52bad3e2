package io.kvstore.cli;

/**
 * A word whose meaning a colour underlines.
 *
 * @param text the word
 */
record Mark(String text, Kind kind) {

    enum Kind {
        GOOD,
        NOTE,
        BAD
    }

    String in(Paint paint) {
        return switch (kind) {
            case GOOD -> paint.green(text);
            case NOTE -> paint.yellow(text);
            case BAD -> paint.red(text);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
