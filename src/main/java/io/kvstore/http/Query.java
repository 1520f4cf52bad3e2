package io.kvstore.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, each known, given once, and with a value. */
public final class Query {

    private static final Query EMPTY = new Query(Map.of());

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query.
     *
     * @param query as it stood in the target, or null for none
     * @param known the parameters that the endpoint has
     * @throws Problem 400 naming a parameter that is unknown, repeated or empty, or when an escape is broken
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
            String name = decode(query, from, nameTo);
            if (!known.contains(name)) {
                throw Problem.badRequest("unknown query parameter " + Quoting.quote(name) + "; "
                        + (known.isEmpty()
                                ? "there is none here"
                                : "those known here are " + String.join(", ", known)));
            }
            String value = decode(query, Math.min(nameTo + 1, to), to);
            if (value.isEmpty()) {
                throw Problem.badRequest("query parameter " + name + " has no value: give it one, or leave it out");
            }
            if (values.put(name, value) != null) {
                throw Problem.badRequest("query parameter " + name + " is given more than once");
            }
            from = to + 1;
        }
        return new Query(values);
    }

    /** The value of a parameter, never empty, or null where it is not given. */
    public @Nullable String value(String name) {
        return values.get(name);
    }

    /** The parameters that are given, in the order in which they were. */
    public Set<String> names() {
        return values.keySet();
    }

    /**
     * The value of a parameter that is {@code true} or {@code false}.
     *
     * @param otherwise where it is not given
     * @throws Problem 400 when it is neither
     */
    public boolean flag(String name, boolean otherwise) {
        String value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.equals("true") && !value.equals("false")) {
            throw Problem.badRequest("query parameter " + name + " must be true or false, not " + Quoting.quote(value));
        }
        return value.equals("true");
    }

    /**
     * The value of a parameter that is a whole number.
     *
     * @param otherwise where it is not given
     * @throws Problem 400 when it is none, or out of range
     */
    public long number(String name, long min, long max, long otherwise) {
        String value = value(name);
        if (value == null) {
            return otherwise;
        }
        OptionalLong number = DecimalLong.parse(value);
        if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
            throw Problem.badRequest("query parameter " + name + " must be a whole number from " + min + " to " + max
                    + ", not " + Quoting.quote(value));
        }
        return number.getAsLong();
    }

    /** The query as it is written, but that a parameter, which may not be in it yet, has another value. */
    public String with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value);
        StringJoiner query = new StringJoiner("&");
        changed.forEach((each, its) -> query.add(PercentEncoding.encode(each) + "=" + PercentEncoding.encode(its)));
        return query.toString();
    }

    private static String decode(String query, int from, int to) {
        return new String(PercentEncoding.decode(query, from, to, "query"), StandardCharsets.UTF_8);
    }
}
