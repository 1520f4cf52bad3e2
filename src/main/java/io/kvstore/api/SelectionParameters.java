package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a request is about, all of what is given together: those that begin with {@code prefix}, that are not before
 * {@code start}, that are before {@code end}, in which {@code regex} is found.
 */
final class SelectionParameters {

    static final String PREFIX = "prefix";
    static final List<String> PARAMETERS = List.of(PREFIX, "start", "end", KeyPattern.PARAMETER);

    private SelectionParameters() {}

    /** Whether a query has any. */
    static boolean given(Query query) {
        return PARAMETERS.stream().anyMatch(name -> query.value(name) != null);
    }

    /**
     * The keys that a query selects: all where it has no filter, none where its filters exclude each other.
     *
     * @throws Problem 400 naming a filter that is none
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
            throw Problem.badRequest("query parameter " + name + " has at most " + Key.BYTES_MAX
                    + " bytes, as a key has, not " + utf8.length);
        }
        return Key.ofUtf8(utf8);
    }
}
