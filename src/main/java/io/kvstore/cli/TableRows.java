package io.kvstore.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes aligned columns with a header, for human readers. The first rows are buffered to determine the column widths.
 * Later rows are written at once; a wider cell shifts the rest of its row.
 */
final class TableRows extends Rows {

    private static final int BUFFERED_ROWS = 100;
    private static final int VALUE_CHARS_MAX = 60;

    private final Output out;
    private final Ansi ansi;
    private final String[] columns;
    private final List<@Nullable Object[]> buffered = new ArrayList<>();
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
        buffered.add(cells);
        if (buffered.size() == BUFFERED_ROWS) {
            writeBuffered();
        }
    }

    private void writeBuffered() throws IOException {
        Object[] names = new Object[columns.length];
        int[] wide = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            names[i] = columns[i].toUpperCase(Locale.ROOT);
            wide[i] = columns[i].length();
            for (Object[] row : buffered) {
                wide[i] = Math.max(wide[i], shortened(row[i]).length());
            }
        }
        widths = wide;
        print(names, wide, true);
        for (Object[] row : buffered) {
            print(row, wide, false);
        }
        buffered.clear();
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

    /** Truncates a value for display, because it may have any length. */
    private static String shortened(@Nullable Object cell) {
        String text = printable(cell);
        return !(cell instanceof byte[]) || text.length() <= VALUE_CHARS_MAX
                ? text
                : text.substring(0, VALUE_CHARS_MAX - 1) + "…";
    }

    @Override
    void flush() throws IOException {
        if (widths == null && !buffered.isEmpty()) {
            writeBuffered();
        }
        out.flush();
    }
}
