package io.kvstore.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which keys, all of what is given together. Immutable: each method gives another.
 *
 * @param prefix keys that begin with it; null or empty for any
 * @param start keys that are not before it, in the order of their UTF-8 bytes
 * @param end keys that are before it
 * @param regex keys in which it is found, in RE2's syntax; at most 256 characters
 * @param reverse the greatest key first
 * @param limit at most so many rows, 1 to 100,000; null for all
 * @param cursor goes on where the page ended that gave it: {@link Listing#nextCursor}
 * @param values whether the values are wanted
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

    /** @throws IllegalArgumentException when the limit is outside of 1 to 100,000 */
    public Query {
        if (limit != null && (limit < 1 || limit > LIMIT_MAX)) {
            throw new IllegalArgumentException("a limit is a number from 1 to " + LIMIT_MAX + ", not " + limit);
        }
    }

    /** Every key, in order, with its value. */
    public static Query all() {
        return ALL;
    }

    /** Every key that begins so. */
    public static Query prefix(String prefix) {
        return ALL.startingWith(prefix);
    }

    /** Those that begin so. */
    public Query startingWith(String text) {
        return new Query(Objects.requireNonNull(text, "text"), start, end, regex, reverse, limit, cursor, values);
    }

    /** Those that are not before a key. */
    public Query from(String key) {
        return new Query(prefix, Objects.requireNonNull(key, "key"), end, regex, reverse, limit, cursor, values);
    }

    /** Those that are before a key. */
    public Query before(String key) {
        return new Query(prefix, start, Objects.requireNonNull(key, "key"), regex, reverse, limit, cursor, values);
    }

    /** Those in which a regular expression is found. */
    public Query matching(String expression) {
        return new Query(
                prefix, start, end, Objects.requireNonNull(expression, "expression"), reverse, limit, cursor, values);
    }

    /** The greatest key first. */
    public Query reversed() {
        return new Query(prefix, start, end, regex, true, limit, cursor, values);
    }

    /** At most so many. */
    public Query limit(int rows) {
        return new Query(prefix, start, end, regex, reverse, rows, cursor, values);
    }

    /** On from where a page ended. */
    public Query after(String pageCursor) {
        return new Query(
                prefix, start, end, regex, reverse, limit, Objects.requireNonNull(pageCursor, "pageCursor"), values);
    }

    /** Without the values: rows whose {@link Row#value} is null. */
    public Query withoutValues() {
        return new Query(prefix, start, end, regex, reverse, limit, cursor, false);
    }

    /** The same, another page of it. */
    Query page(@Nullable Integer rows, @Nullable String pageCursor) {
        return new Query(prefix, start, end, regex, reverse, rows, pageCursor, values);
    }

    /**
     * Refuses what means nothing where no rows are given.
     *
     * @throws IllegalArgumentException when there is more than filters
     */
    Query requireFiltersAlone(String what) {
        if (reverse || limit != null || cursor != null || !values) {
            throw new IllegalArgumentException(
                    what + " is of all keys that the filters select: direction, limit, cursor and withoutValues mean"
                            + " nothing here, and one is given");
        }
        return this;
    }

    /** Whether it has none of the filters. */
    boolean selectsAll() {
        return prefix == null && start == null && end == null && regex == null;
    }

    /** Adds everything to a request. */
    Call addTo(Call call) {
        addFiltersTo(call);
        if (reverse) {
            call.parameter("reverse", "true");
        }
        if (limit != null) {
            call.parameter("limit", limit.toString());
        }
        if (cursor != null) {
            call.parameter("cursor", cursor);
        }
        if (!values) {
            call.parameter("values", "false");
        }
        return call;
    }

    /** Adds which keys to a request. */
    Call addFiltersTo(Call call) {
        if (prefix != null) {
            call.parameter("prefix", prefix);
        }
        if (start != null) {
            call.parameter("start", start);
        }
        if (end != null) {
            call.parameter("end", end);
        }
        if (regex != null) {
            call.parameter("regex", regex);
        }
        return call;
    }
}
