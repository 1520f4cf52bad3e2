package io.kvstore.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A value as somebody wrote it, and how it is to be understood.
 *
 * @param name the flag or environment variable it came by, as messages are to name it
 * @param text what was written
 */
public record Setting(String name, String text) {

    private static final long[] MILLIS = {1, 1_000, 60_000, 3_600_000, 86_400_000};
    private static final String[] UNITS = {"ms", "s", "m", "h", "d"};

    /** A whole number from {@code min} to {@code max}. */
    long number(long min, long max) {
        String range = max == Long.MAX_VALUE ? "a number of at least " + min : "a number from " + min + " to " + max;
        return inRange(times(text, 1, range), min, max, range);
    }

    /** A number of bytes; {@code k}, {@code m} and {@code g} stand for 1,024 of the one before. */
    public long size(long min, long max) {
        String range = max == Long.MAX_VALUE
                ? "a size of at least " + min + ", such as 512, 64k, 16m or 1g"
                : "a size from " + min + " to " + written(max) + ", such as 512, 64k, 16m or 1g";
        int last = text.length() - 1;
        int power = last < 0 ? -1 : "kmg".indexOf(Character.toLowerCase(text.charAt(last)));
        long bytes =
                power < 0 ? times(text, 1, range) : times(text.substring(0, last), 1L << (10 * (power + 1)), range);
        return inRange(bytes, min, max, range);
    }

    /**
     * A time with its unit.
     *
     * @throws BadFlagException when it is none, or out of range
     */
    public Duration duration(Duration min, Duration max) {
        String range = "a time from " + written(min) + " to " + written(max) + ", such as 500ms, 30s, 15m, 2h or 1d";
        int unitAt = 0;
        while (unitAt < text.length() && isDigit(text.charAt(unitAt))) {
            unitAt++;
        }
        int unit = Arrays.asList(UNITS).indexOf(text.substring(unitAt).toLowerCase(Locale.ROOT));
        if (unit < 0) {
            throw bad(range);
        }
        long millis = times(text.substring(0, unitAt), MILLIS[unit], range);
        return Duration.ofMillis(inRange(millis, min.toMillis(), max.toMillis(), range));
    }

    /**
     * One of several things.
     *
     * @param names how each may be written, in any case
     */
    public <T> T oneOf(List<T> choices, Function<T, List<String>> names) {
        for (T choice : choices) {
            if (names.apply(choice).stream().anyMatch(text::equalsIgnoreCase)) {
                return choice;
            }
        }
        throw bad(choices.stream()
                .map(choice -> String.join(" or ", names.apply(choice)))
                .collect(Collectors.joining(", ", "one of ", "")));
    }

    /** Any number of things with commas between them; none where nothing is written. */
    List<String> list(Pattern each, String wanted) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> things =
                Arrays.stream(text.split(",", -1)).map(String::trim).toList();
        if (!things.stream().allMatch(thing -> each.matcher(thing).matches())) {
            throw bad(wanted);
        }
        return things;
    }

    private long times(String digits, long factor, String range) {
        if (digits.isEmpty() || !digits.chars().allMatch(Setting::isDigit)) {
            throw bad(range);
        }
        try {
            return Math.multiplyExact(Long.parseLong(digits), factor);
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(range);
        }
    }

    private long inRange(long number, long min, long max, String range) {
        if (number < min || number > max) {
            throw bad(range);
        }
        return number;
    }

    /** What to throw when this is not {@code wanted}. */
    BadFlagException bad(String wanted) {
        return new BadFlagException(name + " must be " + wanted + ", not \"" + printable(text) + "\"");
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String written(long bytes) {
        int power = Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
        return (bytes >> (10 * power)) + (power == 0 ? "" : "kmg".substring(power - 1, power));
    }

    private static String written(Duration time) {
        long millis = time.toMillis();
        int unit = UNITS.length - 1;
        while (millis % MILLIS[unit] != 0 || (millis == 0 && unit != 1)) {
            unit--;
        }
        return millis / MILLIS[unit] + UNITS[unit];
    }
}
