package io.kvstore.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The parameters of a query: each is known, is given once, and has a value. Immutable. */
public final class Query {

    private static final Query EMPTY = new Query(Map.of());

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Parses a query.
     *
     * @param query the query of the target, still percent-encoded, or null
     * @param known the names of the parameters that the resource takes
     * @throws Problem 400 if a parameter is unknown, repeated or empty, an escape is malformed, or the query has a plus sign
     */
    public static Query parse(@Nullable String query, List<String> known) {
        if (query == null || query.isEmpty()) {
            return EMPTY;
        }
        Map<String, String> values = new LinkedHashMap<>();
        int from = 0;
        while (from <= query.length()) {
            int and = query.indexOf('&', from);
            int to = and < 0 ? query.length() : and;
            int equals = query.indexOf('=', from);
            int nameTo = equals < 0 || equals > to ? to : equals;
            int plus = query.indexOf('+', from);
            if (plus >= 0 && plus < to) {
                // Form encoders mean a space, RFC 3986 means a plus sign. A wrong guess would delete or overwrite other
                // keys.
                throw Problem.badRequest("query parameter " + Quoting.quote(query.substring(from, nameTo))
                        + " has a +, which some clients send for a space: send %20 for a space, %2B for a plus sign");
            }
            String name = decode(query, from, nameTo);
            if (!known.contains(name)) {
                throw Problem.badRequest("unknown query parameter " + Quoting.quote(name) + "; "
                        + (known.isEmpty()
                                ? "this resource takes none"
                                : "this resource takes " + String.join(", ", known)));
            }
            String value = decode(query, Math.min(nameTo + 1, to), to);
            if (value.isEmpty()) {
                throw Problem.badRequest("query parameter " + name + " is empty: give it a value, or omit it");
            }
            if (values.put(name, value) != null) {
                throw Problem.badRequest("query parameter " + name + " is given more than once");
            }
            from = to + 1;
        }
        return new Query(values);
    }

    /** Returns the value of a parameter, which is never empty, or null if it is not given. */
    public @Nullable String value(String name) {
        return values.get(name);
    }

    /** Returns the names of the given parameters, in their order. */
    public Set<String> names() {
        return values.keySet();
    }

    /**
     * Returns the value of a parameter that is {@code true} or {@code false}.
     *
     * @param defaultValue the value if the parameter is not given
     * @throws Problem 400 if the value is neither
     */
    public boolean flag(String name, boolean defaultValue) {
        String value = value(name);
        if (value == null) {
            return defaultValue;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw Problem.badRequest("query parameter " + name + " must be true or false, not " + Quoting.quote(value));
        }
        return value.equals("true");
    }

    /**
     * Returns the value of a parameter that is an integer.
     *
     * @param defaultValue the value if the parameter is not given; may be out of range
     * @throws Problem 400 if the value is not an integer, or out of range
     */
    public long number(String name, long min, long max, long defaultValue) {
        String value = value(name);
        if (value == null) {
            return defaultValue;
        }
        OptionalLong number = DecimalLong.parse(value);
        if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
            throw Problem.badRequest("query parameter " + name + " must be an integer from " + min + " to " + max
                    + ", not " + Quoting.quote(value));
        }
        return number.getAsLong();
    }

    /** Returns the query, percent-encoded, with another value for a parameter, which is added if it is not given. */
    public String with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value);
        StringJoiner query = new StringJoiner("&");
        changed.forEach((each, text) -> query.add(PercentEncoding.encode(each) + "=" + PercentEncoding.encode(text)));
        return query.toString();
    }

    private static String decode(String query, int from, int to) {
        return new String(PercentEncoding.decode(query, from, to, "query"), StandardCharsets.UTF_8);
    }
}
