package io.kvstore.api;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, each known and given once. */
final class Query {

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
     * @throws Problem 400 naming a parameter that is unknown or repeated, or when an escape is broken
     */
    static Query parse(@Nullable String query, List<String> known) {
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
                throw Problem.badRequest("unknown query parameter " + Text.quoted(name) + "; "
                        + (known.isEmpty()
                                ? "there is none here"
                                : "those known here are " + String.join(", ", known)));
            }
            if (values.put(name, decode(query, Math.min(nameTo + 1, to), to)) != null) {
                throw Problem.badRequest("query parameter " + name + " is given more than once");
            }
            from = to + 1;
        }
        return new Query(values);
    }

    /** The value of a parameter, empty where it has none, or null where it is not given. */
    @Nullable
    String value(String name) {
        return values.get(name);
    }

    private static String decode(String query, int from, int to) {
        return new String(PercentEncoding.decode(query, from, to, "query"), StandardCharsets.UTF_8);
    }
}
