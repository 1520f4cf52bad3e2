package io.kvstore.cli;

import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line per row, with tabs between cells. Bytes that are not UTF-8 text are written in base64 with the
 * prefix {@code base64:}.
 */
final class PlainRows extends Rows {

    private final Output out;

    PlainRows(Output out) {
        this.out = out;
    }

    @Override
    void row(@Nullable Object... cells) throws IOException {
        for (int i = 0; i < cells.length; i++) {
            if (i > 0) {
                out.write('\t');
            }
            boolean binary = cells[i] instanceof byte[] bytes && text(bytes) == null;
            out.text(binary ? "base64:" + Base64.getEncoder().encodeToString((byte[]) cells[i]) : printable(cells[i]));
        }
        out.write('\n');
    }

    @Override
    void flush() throws IOException {
        out.flush();
    }
}
