package io.kvstore.api;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.kvstore.http.DecimalLong;
import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.keyspace.Event;
import io.kvstore.keyspace.Position;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The name of a place in the order of all changes: {@code <epoch>-<revision>.<index>}, where without an index it is after
 * the whole of the commit, and without an epoch it is a revision of whatever store it is given to.
 */
record EventId(@Nullable Long epoch, Position position) {

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern FORM = Pattern.compile("(?:([0-9a-f]{16})-)?([0-9]{1,19})(?:\\.([0-9]{1,10}))?");

    static String of(long epoch, Event event) {
        return of(epoch, event.revision()) + '.' + event.index();
    }

    /** The id of the place after the whole of a commit. */
    static String of(long epoch, long revision) {
        return HEX.toHexDigits(epoch) + '-' + revision;
    }

    /**
     * Where a client wants to go on: {@code Last-Event-ID}, which a browser sends when it connects again, else
     * {@code since}; null where there is neither.
     *
     * @throws Problem 400 naming one that is malformed, used or not
     */
    static @Nullable EventId of(Request request, Query query) {
        String since = query.value("since");
        EventId bySince = since == null ? null : parse("query parameter since", since);
        List<String> fields = request.headers(Header.LAST_EVENT_ID);
        if (fields == null) {
            return bySince;
        }
        if (fields.size() > 1) {
            throw Problem.badRequest(Header.LAST_EVENT_ID + " is given " + fields.size() + " times");
        }
        return parse(Header.LAST_EVENT_ID, fields.get(0).strip());
    }

    private static EventId parse(String what, String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            String epoch = form.group(1);
            OptionalLong revision = DecimalLong.parse(form.group(2));
            OptionalLong index =
                    form.group(3) == null ? OptionalLong.of(Integer.MAX_VALUE) : DecimalLong.parse(form.group(3));
            boolean isRevision = epoch != null || form.group(3) == null;
            if (isRevision && revision.isPresent() && index.isPresent() && index.getAsLong() <= Integer.MAX_VALUE) {
                return new EventId(
                        epoch == null ? null : HexFormat.fromHexDigitsToLong(epoch),
                        new Position(revision.getAsLong(), (int) index.getAsLong()));
            }
        }
        throw Problem.badRequest(what + " must be the id of an event, or a revision from 0 to " + Long.MAX_VALUE
                + ", not " + Quoting.quote(text));
    }
}
