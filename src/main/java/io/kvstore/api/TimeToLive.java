package io.kvstore.api;

import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.keyspace.Expiry;
import io.kvstore.time.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Parses and formats times to live: a number of seconds, a number with a unit, or {@code keep} for the current one. */
final class TimeToLive {

    static final String PARAMETER = "ttl";

    private static final String KEEP = "keep";
    private static final long MILLIS_MAX = Duration.ofDays(3_650).toMillis();

    private TimeToLive() {}

    /**
     * Returns the time to live that a request gives in its header or its parameter.
     *
     * @param defaultExpiry the result if the request gives none
     * @throws Problem 400 if it is invalid or given twice
     */
    static Expiry of(Request request, Query query, Expiry defaultExpiry) {
        List<String> headers = request.headers(Header.KV_TTL);
        String parameter = query.value(PARAMETER);
        if (headers == null) {
            return parameter == null ? defaultExpiry : parse("query parameter " + PARAMETER, parameter);
        }
        if (parameter != null || headers.size() > 1) {
            throw Problem.badRequest("the time to live must be given only once, not by " + Header.KV_TTL + " "
                    + Quoting.quote(String.join(", ", headers))
                    + (parameter == null ? "" : " and by query parameter " + PARAMETER));
        }
        return parse(Header.KV_TTL, headers.get(0).trim());
    }

    /**
     * Parses a time to live.
     *
     * @param name the name of the header, parameter or field, for the error message
     * @throws Problem 400 if it is invalid
     */
    static Expiry parse(String name, String text) {
        if (text.equals(KEEP)) {
            return Expiry.KEEP;
        }
        boolean hasUnit = !text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1));
        OptionalLong millis = DurationText.parseMillis(hasUnit ? text : text + "s");
        if (millis.isEmpty() || millis.getAsLong() < 1 || millis.getAsLong() > MILLIS_MAX) {
            throw Problem.badRequest(name
                    + " must be a number of seconds, a number with unit ms, s, m, h or d (from 1ms to 3650d), or keep, not "
                    + Quoting.quote(text));
        }
        return new Expiry.After(millis.getAsLong());
    }

    /** Returns the remaining time in whole seconds, rounded up; at least 1, because the value still exists. */
    static String remaining(long expiryMillis, long nowMillis) {
        return Long.toString(Math.max(1, Math.floorDiv(expiryMillis - nowMillis + 999, 1_000L)));
    }
}
