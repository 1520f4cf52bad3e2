package io.kvstore.time;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Durations as text: a whole number and one of the units {@code ms}, {@code s}, {@code m}, {@code h} and {@code d}. */
public final class DurationText {

    private static final List<String> UNITS = List.of("ms", "s", "m", "h", "d");
    private static final long[] UNIT_MILLIS = {1, 1_000, 60_000, 3_600_000, 86_400_000};

    private static final int SECONDS = UNITS.indexOf("s");

    private DurationText() {}

    /**
     * Parses a duration. Only ASCII digits and lower-case units are accepted, without a sign or a space.
     *
     * @return the duration in milliseconds, or empty if the text is malformed or the number exceeds a {@code long}
     */
    public static OptionalLong parseMillis(String text) {
        int unitStart = 0;
        while (unitStart < text.length() && isDigit(text.charAt(unitStart))) {
            unitStart++;
        }
        int unit = UNITS.indexOf(text.substring(unitStart));
        if (unitStart == 0 || unit < 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(text.substring(0, unitStart)), UNIT_MILLIS[unit]));
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns a duration in the largest unit that divides it, for example {@code 90s} or {@code 2h}. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        int unit = millis == 0 ? SECONDS : UNITS.size() - 1;
        while (millis % UNIT_MILLIS[unit] != 0) {
            unit--;
        }
        return millis / UNIT_MILLIS[unit] + UNITS.get(unit);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
