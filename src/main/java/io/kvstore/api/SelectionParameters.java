package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters that select keys. A key is selected if it meets all given filters: it starts with {@code prefix}, is
 * not before {@code start}, is before {@code end}, and contains a match of {@code regex}.
 */
final class SelectionParameters {

    static final String PREFIX = "prefix";
    static final List<String> PARAMETERS = List.of(PREFIX, "start", "end", KeyPattern.PARAMETER);

    private SelectionParameters() {}

    /** Returns whether a query has a filter. */
    static boolean given(Query query) {
        return PARAMETERS.stream().anyMatch(name -> query.value(name) != null);
    }

    /**
     * Returns the keys that a query selects: all if it has no filter, none if its filters exclude each other.
     *
     * @throws Problem 400 with the name of an invalid filter
     */
    static Selection selection(Query query) {
        Selection selection = Selection.ALL;
        Key prefix = key(PREFIX, query);
        if (prefix != null) {
            selection = selection.prefix(prefix);
        }
        Key start = key("start", query);
        if (start != null) {
            selection = selection.from(start);
        }
        selection = selection.to(key("end", query));
        String regex = query.value(KeyPattern.PARAMETER);
        return regex == null ? selection : selection.filter(KeyPattern.parse(regex));
    }

    private static @Nullable Key key(String name, Query query) {
        String text = query.value(name);
        if (text == null) {
            return null;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > Key.BYTES_MAX) {
            throw Problem.badRequest("query parameter " + name + " must have at most " + Key.BYTES_MAX
                    + " bytes, which is the maximum for keys, not " + utf8.length);
        }
        return Key.ofUtf8(utf8);
    }
}
