package io.kvstore.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects keys; all filters given must match. Immutable: each method returns a new query.
 *
 * @param prefix selects keys with this prefix; null or empty for any
 * @param start selects this key and those after it, in the order of their UTF-8 bytes
 * @param end selects keys before this one
 * @param regex selects keys that contain a match of this expression in RE2 syntax, at most 256 characters
 * @param reverse whether to return keys in descending order
 * @param limit maximum number of rows, 1 to 100,000; null for all
 * @param cursor resumes after the page that returned it: {@link Listing#nextCursor}
 * @param values whether to return values
 */
public record Query(
        @Nullable String prefix,
        @Nullable String start,
        @Nullable String end,
        @Nullable String regex,
        boolean reverse,
        @Nullable Integer limit,
        @Nullable String cursor,
        boolean values) {

    private static final int LIMIT_MAX = 100_000;
    private static final Query ALL = new Query(null, null, null, null, false, null, null, true);

    /** @throws IllegalArgumentException if the limit is outside 1 to 100,000 */
    public Query {
        if (limit != null && (limit < 1 || limit > LIMIT_MAX)) {
            throw new IllegalArgumentException("a limit must be a number from 1 to " + LIMIT_MAX + ", not " + limit);
        }
    }

    /** Selects every key, in ascending order, with its value. */
    public static Query all() {
        return ALL;
    }

    /** Selects every key with a prefix. */
    public static Query prefix(String prefix) {
        return ALL.startingWith(prefix);
    }

    /** Selects only keys with a prefix. */
    public Query startingWith(String text) {
        return new Query(Objects.requireNonNull(text, "text"), start, end, regex, reverse, limit, cursor, values);
    }

    /** Selects only a key and those after it. */
    public Query from(String key) {
        return new Query(prefix, Objects.requireNonNull(key, "key"), end, regex, reverse, limit, cursor, values);
    }

    /** Selects only keys before a key. */
    public Query before(String key) {
        return new Query(prefix, start, Objects.requireNonNull(key, "key"), regex, reverse, limit, cursor, values);
    }

    /** Selects only keys that contain a match of a regular expression. */
    public Query matching(String expression) {
        return new Query(
                prefix, start, end, Objects.requireNonNull(expression, "expression"), reverse, limit, cursor, values);
    }

    /** Returns keys in descending order. */
    public Query reversed() {
        return new Query(prefix, start, end, regex, true, limit, cursor, values);
    }

    /** Returns at most {@code rows} rows. */
    public Query limit(int rows) {
        return new Query(prefix, start, end, regex, reverse, rows, cursor, values);
    }

    /** Resumes after the page that returned a cursor. */
    public Query after(String pageCursor) {
        return new Query(
                prefix, start, end, regex, reverse, limit, Objects.requireNonNull(pageCursor, "pageCursor"), values);
    }

    /** Excludes values: {@link Row#value} is null. */
    public Query withoutValues() {
        return new Query(prefix, start, end, regex, reverse, limit, cursor, false);
    }

    /** Returns the same selection with another limit and cursor. */
    Query page(@Nullable Integer rows, @Nullable String pageCursor) {
        return new Query(prefix, start, end, regex, reverse, rows, pageCursor, values);
    }

    /**
     * Rejects options that only apply to rows.
     *
     * @throws IllegalArgumentException if the query has more than filters
     */
    Query requireFiltersOnly(String what) {
        if (reverse || limit != null || cursor != null || !values) {
            throw new IllegalArgumentException(
                    what + " covers all keys that the filters select; remove the direction, limit, cursor or"
                            + " withoutValues from the query");
        }
        return this;
    }

    /** Returns whether the query has no filters. */
    boolean selectsAll() {
        return prefix == null && start == null && end == null && regex == null;
    }

    /** Adds filters and options to a request. */
    ClientRequest addTo(ClientRequest request) {
        addFiltersTo(request);
        if (reverse) {
            request.parameter("reverse", "true");
        }
        if (limit != null) {
            request.parameter("limit", limit.toString());
        }
        if (cursor != null) {
            request.parameter("cursor", cursor);
        }
        if (!values) {
            request.parameter("values", "false");
        }
        return request;
    }

    /** Adds filters to a request. */
    ClientRequest addFiltersTo(ClientRequest request) {
        // The server rejects an empty prefix, because it filters nothing. A deletion by an empty prefix needs another
        // filter.
        if (prefix != null && !prefix.isEmpty()) {
            request.parameter("prefix", prefix);
        }
        if (start != null) {
            request.parameter("start", start);
        }
        if (end != null) {
            request.parameter("end", end);
        }
        if (regex != null) {
            request.parameter("regex", regex);
        }
        return request;
    }
}
