package io.kvstore.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Dates in headers, RFC 9110 section 5.6.7: writes one format, reads three. Thread-safe. */
public final class HttpDate {

    private static final String DAYS = "ThuFriSatSunMonTueWed";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final long DAY_SECONDS = 86_400;

    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US);

    private HttpDate() {}

    /**
     * Formats a time, without its milliseconds, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}.
     *
     * @param millis milliseconds since 1970, in a year up to 9999
     */
    public static String format(long millis) {
        long seconds = Math.floorDiv(millis, 1_000L);
        long day = Math.floorDiv(seconds, DAY_SECONDS);
        int second = (int) Math.floorMod(seconds, DAY_SECONDS);
        // Counts days from 1 March of the year 0, so that a leap day is the last day of a year.
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        int ofEra = (int) (shifted - era * 146_097);
        int yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int fromMarch = (5 * ofYear + 2) / 153;
        int month = fromMarch < 10 ? fromMarch + 2 : fromMarch - 10;
        int year = (int) (yearOfEra + era * 400) + (month < 2 ? 1 : 0);
        int weekday = 3 * (int) Math.floorMod(day, 7L);

        byte[] text = new byte[29];
        copy(DAYS, weekday, text, 0);
        text[3] = ',';
        text[4] = ' ';
        twoDigits(ofYear - (153 * fromMarch + 2) / 5 + 1, text, 5);
        text[7] = ' ';
        copy(MONTHS, 3 * month, text, 8);
        text[11] = ' ';
        twoDigits(year / 100, text, 12);
        twoDigits(year % 100, text, 14);
        text[16] = ' ';
        twoDigits(second / 3_600, text, 17);
        text[19] = ':';
        twoDigits(second / 60 % 60, text, 20);
        text[22] = ':';
        twoDigits(second % 60, text, 23);
        text[25] = ' ';
        copy("GMT", 0, text, 26);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void copy(String from, int at, byte[] to, int offset) {
        for (int i = 0; i < 3; i++) {
            to[offset + i] = (byte) from.charAt(at + i);
        }
    }

    private static void twoDigits(int number, byte[] to, int offset) {
        to[offset] = (byte) ('0' + number / 10);
        to[offset + 1] = (byte) ('0' + number % 10);
    }

    /**
     * Parses a date into seconds since 1970; returns empty if the text is not a date, which RFC 9110 says to ignore.
     *
     * @param nowMillis the current time: a year of two digits is never more than 50 years in the future
     */
    public static OptionalLong parseSeconds(String text, long nowMillis) {
        return Stream.of(IMF_FIXDATE, rfc850(nowMillis), ASCTIME)
                .map(format -> parseSeconds(text, format))
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private static OptionalLong parseSeconds(String text, DateTimeFormatter format) {
        try {
            return OptionalLong.of(LocalDateTime.parse(text, format).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }

    private static DateTimeFormatter rfc850(long nowMillis) {
        int year = LocalDateTime.ofEpochSecond(Math.floorDiv(nowMillis, 1_000L), 0, ZoneOffset.UTC)
                .getYear();
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, year - 49)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.US);
    }
}
