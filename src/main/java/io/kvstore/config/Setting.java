package io.kvstore.config;

import io.kvstore.time.DurationText;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of a setting, and its interpretation. Every method throws {@link BadFlagException} if the text is malformed or out
 * of range.
 *
 * @param name the flag or environment variable that was set, as messages name it
 * @param text the value as it was given
 */
public record Setting(String name, String text) {

    /** Returns a whole number from {@code min} to {@code max}. */
    long number(long min, long max) {
        String range = max == Long.MAX_VALUE ? "a number of at least " + min : "a number from " + min + " to " + max;
        return inRange(multiplied(text, 1, range), min, max, range);
    }

    /**
     * Returns a number of bytes from {@code min} to {@code max}. The suffixes {@code k}, {@code m} and {@code g} multiply it by
     * 1,024, 1,024^2 and 1,024^3.
     */
    public long size(long min, long max) {
        String range = max == Long.MAX_VALUE
                ? "a size of at least " + min + ", such as 512, 64k, 16m or 1g"
                : "a size from " + min + " to " + sizeText(max) + ", such as 512, 64k, 16m or 1g";
        int last = text.length() - 1;
        int power = last < 0 ? -1 : "kmg".indexOf(Character.toLowerCase(text.charAt(last)));
        long bytes = power < 0
                ? multiplied(text, 1, range)
                : multiplied(text.substring(0, last), 1L << (10 * (power + 1)), range);
        return inRange(bytes, min, max, range);
    }

    /** Returns a duration from {@code min} to {@code max}; the unit is required, in upper or lower case. */
    public Duration duration(Duration min, Duration max) {
        String range = "a time from " + DurationText.format(min) + " to " + DurationText.format(max)
                + ", such as 500ms, 30s, 15m, 2h or 1d";
        OptionalLong millis = DurationText.parseMillis(text.toLowerCase(Locale.ROOT));
        if (millis.isEmpty()) {
            throw invalid(range);
        }
        return Duration.ofMillis(inRange(millis.getAsLong(), min.toMillis(), max.toMillis(), range));
    }

    /**
     * Returns the choice that the text names.
     *
     * @param labels gives the accepted names of a choice; case does not matter
     */
    public <T> T oneOf(List<T> choices, Function<T, List<String>> labels) {
        for (T choice : choices) {
            if (labels.apply(choice).stream().anyMatch(text::equalsIgnoreCase)) {
                return choice;
            }
        }
        throw invalid(choices.stream()
                .map(choice -> String.join(" or ", labels.apply(choice)))
                .collect(Collectors.joining(", ", "one of ", "")));
    }

    /**
     * Returns the items of a comma-separated list, without surrounding spaces; empty if the text is empty.
     *
     * @param expected describes a valid list in the error message
     */
    List<String> list(Pattern item, String expected) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> items =
                Arrays.stream(text.split(",", -1)).map(String::trim).toList();
        if (!items.stream().allMatch(each -> item.matcher(each).matches())) {
            throw invalid(expected);
        }
        return items;
    }

    private long multiplied(String digits, long factor, String range) {
        if (digits.isEmpty() || !digits.chars().allMatch(Setting::isDigit)) {
            throw invalid(range);
        }
        try {
            return Math.multiplyExact(Long.parseLong(digits), factor);
        } catch (ArithmeticException | NumberFormatException e) {
            throw invalid(range);
        }
    }

    private long inRange(long number, long min, long max, String range) {
        if (number < min || number > max) {
            throw invalid(range);
        }
        return number;
    }

    /** Returns the exception for a text that is not what was expected. */
    BadFlagException invalid(String expected) {
        return new BadFlagException(name + " must be " + expected + ", not \"" + printable(text) + "\"");
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

    private static String sizeText(long bytes) {
        int power = Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
        return (bytes >> (10 * power)) + (power == 0 ? "" : "kmg".substring(power - 1, power));
    }
}
