package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the keys is listed, and what of them.
 *
 * @param after where the page before ended, or null to begin
 * @param limit the most rows, or {@link #NO_LIMIT}
 * @param values whether the values are wanted
 * @param count whether nothing is wanted but how many there are
 */
record ListingQuery(Selection selection, @Nullable Key after, int limit, boolean values, boolean count) {

    static final int NO_LIMIT = 0;

    private static final int LIMIT_MAX = 100_000;
    private static final String COUNT = "count";

    /** What has no meaning for a count. */
    private static final List<String> PAGING = List.of("reverse", "limit", Cursor.PARAMETER, "values");

    static final List<String> PARAMETERS = parameters();

    private static List<String> parameters() {
        List<String> all = new ArrayList<>(SelectionParameters.PARAMETERS);
        all.addAll(PAGING);
        all.add(COUNT);
        return List.copyOf(all);
    }

    /** @throws Problem 400 naming a parameter that is not what it should be, or has no meaning beside another */
    static ListingQuery parse(Query query) {
        Selection selection = SelectionParameters.selection(query);
        boolean reverse = query.flag("reverse", false);
        int limit = (int) query.number("limit", 1, LIMIT_MAX, NO_LIMIT);
        Key after = after(query, reverse);
        boolean values = query.flag("values", true);
        boolean count = query.flag(COUNT, false);
        for (String name : PAGING) {
            if (count && query.value(name) != null) {
                throw Problem.badRequest("query parameter " + name + " has no meaning with " + COUNT
                        + "=true, which counts all keys that the filters select");
            }
        }
        return new ListingQuery(reverse ? selection.reversed() : selection, after, limit, values, count);
    }

    /** The same of another selection. */
    ListingQuery of(Selection other) {
        return new ListingQuery(other, after, limit, values, count);
    }

    private static @Nullable Key after(Query query, boolean reverse) {
        String text = query.value(Cursor.PARAMETER);
        if (text == null) {
            return null;
        }
        Cursor cursor = Cursor.parse(text);
        if (cursor.reverse() != reverse) {
            throw Problem.badRequest("query parameter " + Cursor.PARAMETER + " is of a listing with reverse="
                    + cursor.reverse() + ", and goes on in that direction alone");
        }
        return cursor.after();
    }
}
