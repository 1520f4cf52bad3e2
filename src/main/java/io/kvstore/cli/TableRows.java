package io.kvstore.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Columns under their names, for people. The first rows are held back, to see how wide the columns are; after them each is
 * shown as it comes, and a cell that is wider moves the rest of its row.
 */
final class TableRows extends Rows {

    private static final int HELD_ROWS = 100;
    private static final int VALUE_CHARS_MAX = 60;

    private final Output out;
    private final Ansi ansi;
    private final String[] columns;
    private final List<@Nullable Object[]> held = new ArrayList<>();
    private int @Nullable [] widths;

    TableRows(Output out, Ansi ansi, String[] columns) {
        this.out = out;
        this.ansi = ansi;
        this.columns = columns;
    }

    @Override
    void row(@Nullable Object... cells) throws IOException {
        int[] known = widths;
        if (known != null) {
            print(cells, known, false);
            return;
        }
        held.add(cells);
        if (held.size() == HELD_ROWS) {
            showHeld();
        }
    }

    private void showHeld() throws IOException {
        Object[] names = new Object[columns.length];
        int[] wide = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            names[i] = columns[i].toUpperCase(Locale.ROOT);
            wide[i] = columns[i].length();
            for (Object[] row : held) {
                wide[i] = Math.max(wide[i], shortened(row[i]).length());
            }
        }
        widths = wide;
        print(names, wide, true);
        for (Object[] row : held) {
            print(row, wide, false);
        }
        held.clear();
    }

    private void print(@Nullable Object[] cells, int[] wide, boolean head) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = shortened(cells[i]);
            String space = " ".repeat(Math.max(0, wide[i] - cell.length()));
            boolean number = cells[i] instanceof Number;
            line.append(i == 0 ? "" : "  ").append(number ? space : "");
            line.append(head ? ansi.bold(cell) : cells[i] instanceof Highlight highlight ? highlight.in(ansi) : cell);
            line.append(number || i == cells.length - 1 ? "" : space);
        }
        out.line(line.toString());
    }

    /** A value may be of any length. */
    private static String shortened(@Nullable Object cell) {
        String text = printable(cell);
        return !(cell instanceof byte[]) || text.length() <= VALUE_CHARS_MAX
                ? text
                : text.substring(0, VALUE_CHARS_MAX - 1) + "…";
    }

    @Override
    void flush() throws IOException {
        if (widths == null && !held.isEmpty()) {
            showHeld();
        }
        out.flush();
    }
}
