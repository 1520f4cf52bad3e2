package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a listing: which keys to list, and how.
 *
 * @param after the last key of the previous page, or null for the first page
 * @param limit the maximum number of rows, or {@link #NO_LIMIT}
 * @param values whether to include the values
 * @param count whether to return the number of keys only
 */
record ListingQuery(Selection selection, @Nullable Key after, int limit, boolean values, boolean count) {

    static final int NO_LIMIT = 0;

    private static final int LIMIT_MAX = 100_000;
    private static final String COUNT = "count";

    /** Parameters that are rejected with {@code count=true}. */
    private static final List<String> PAGING = List.of("reverse", "limit", Cursor.PARAMETER, "values");

    static final List<String> PARAMETERS = parameters();

    private static List<String> parameters() {
        List<String> all = new ArrayList<>(SelectionParameters.PARAMETERS);
        all.addAll(PAGING);
        all.add(COUNT);
        return List.copyOf(all);
    }

    /**
     * Parses the parameters of a listing.
     *
     * @throws Problem 400 with the name of a parameter that is invalid or not allowed together with another one
     */
    static ListingQuery parse(Query query) {
        Selection selection = SelectionParameters.selection(query);
        boolean reverse = query.flag("reverse", false);
        int limit = (int) query.number("limit", 1, LIMIT_MAX, NO_LIMIT);
        Key after = after(query, reverse);
        boolean values = query.flag("values", true);
        boolean count = query.flag(COUNT, false);
        for (String name : PAGING) {
            if (count && query.value(name) != null) {
                throw Problem.badRequest("query parameter " + name + " is not allowed with " + COUNT
                        + "=true, which counts all keys that the filters select");
            }
        }
        return new ListingQuery(reverse ? selection.reversed() : selection, after, limit, values, count);
    }

    /** Returns a copy with another selection. */
    ListingQuery withSelection(Selection other) {
        return new ListingQuery(other, after, limit, values, count);
    }

    private static @Nullable Key after(Query query, boolean reverse) {
        String text = query.value(Cursor.PARAMETER);
        if (text == null) {
            return null;
        }
        Cursor cursor = Cursor.parse(text);
        if (cursor.reverse() != reverse) {
            throw Problem.badRequest("query parameter " + Cursor.PARAMETER + " comes from a listing with reverse="
                    + cursor.reverse() + " and cannot continue in the other direction: give the same reverse again");
        }
        return cursor.after();
    }
}
