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

/** Times to live: a number of seconds, or a number with a unit; {@code keep} for the present one. */
final class TimeToLive {

    static final String PARAMETER = "ttl";

    private static final String KEEP = "keep";
    private static final long MILLIS_MAX = Duration.ofDays(3_650).toMillis();

    private TimeToLive() {}

    /**
     * What a request asks for, by its header or its parameter.
     *
     * @param otherwise where it asks for nothing
     * @throws Problem 400 when it does so twice, or when it is no time to live
     */
    static Expiry of(Request request, Query query, Expiry otherwise) {
        List<String> headers = request.headers(Header.KV_TTL);
        String parameter = query.value(PARAMETER);
        if (headers == null) {
            return parameter == null ? otherwise : parse("query parameter " + PARAMETER, parameter);
        }
        if (parameter != null || headers.size() > 1) {
            throw Problem.badRequest("the time to live is given twice: by " + Header.KV_TTL + " "
                    + Quoting.quote(String.join(", ", headers))
                    + (parameter == null ? "" : " and by query parameter " + PARAMETER));
        }
        return parse(Header.KV_TTL, headers.get(0).trim());
    }

    /** @param what names it in an error */
    static Expiry parse(String what, String text) {
        if (text.equals(KEEP)) {
            return Expiry.KEEP;
        }
        boolean hasUnit = !text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1));
        OptionalLong millis = DurationText.parseMillis(hasUnit ? text : text + "s");
        if (millis.isEmpty() || millis.getAsLong() < 1 || millis.getAsLong() > MILLIS_MAX) {
            throw Problem.badRequest(what
                    + " must be a number of seconds, or a number with ms, s, m, h or d, from 1ms to 3650d; or keep; not "
                    + Quoting.quote(text));
        }
        return new Expiry.After(millis.getAsLong());
    }

    /** The whole seconds that are left until a time, rounded up; at least one for a value that is still there. */
    static String left(long expiryMillis, long nowMillis) {
        return Long.toString(Math.max(1, Math.floorDiv(expiryMillis - nowMillis + 999, 1_000L)));
    }
}
