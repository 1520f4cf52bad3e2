package io.kvstore.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a long operation, its rate and the remaining time if standard error is a terminal; otherwise
 * shows nothing.
 */
final class Progress implements AutoCloseable {

    /** The unit in which work is counted. */
    enum Unit {
        BYTES("MiB", 1 << 20),
        ROWS("", 1),
        REQUESTS("", 1);

        private final String label;
        private final long size;

        Unit(String label, long size) {
            this.label = label;
            this.size = size;
        }
    }

    /** The total of work of unknown size. */
    static final long UNKNOWN = -1;

    private static final int COLUMNS_DEFAULT = 80;
    private static final int COLUMNS_MIN = 40;
    private static final int UPDATE_MILLIS = 200;

    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    static Progress of(Shell shell, String work, Unit unit, long total) {
        if (!shell.terminals().err()) {
            return new Progress(null);
        }
        return new Progress(new ProgressBarBuilder()
                .setTaskName(work)
                .setInitialMax(total)
                .setUnit(unit.label, unit.size)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .showSpeed(new DecimalFormat("#,##0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .setConsumer(new ConsoleProgressBarConsumer(shell.err(), columns(shell)))
                .build());
    }

    private static int columns(Shell shell) {
        String columns = shell.variable("COLUMNS");
        return columns == null || !columns.matches("[0-9]{1,4}")
                ? COLUMNS_DEFAULT
                : Math.max(COLUMNS_MIN, Integer.parseInt(columns) - 1);
    }

    /** Adds completed work. Any thread may call this. */
    void add(long done) {
        if (bar != null) {
            bar.stepBy(done);
        }
    }

    /** Returns a stream that counts the bytes read from {@code in} as completed work. */
    InputStream of(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int b = in.read();
                add(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int n = in.read(bytes, offset, length);
                add(Math.max(0, n));
                return n;
            }
        };
    }

    /** Stops the display and leaves its final state on the terminal. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
