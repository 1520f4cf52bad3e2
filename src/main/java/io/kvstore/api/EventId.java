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
 * A position in the order of all changes: {@code <epoch>-<revision>.<index>}. Without an index it is the position after all
 * changes of the commit. Without an epoch it is a revision of the store that receives it.
 */
record EventId(@Nullable Long epoch, Position position) {

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern FORM = Pattern.compile("(?:([0-9a-f]{16})-)?([0-9]{1,19})(?:\\.([0-9]{1,10}))?");

    /** Returns the ID of an event. */
    static String of(long epoch, Event event) {
        return of(epoch, event.revision()) + '.' + event.index();
    }

    /** Returns the ID of the position after all changes of a commit. */
    static String of(long epoch, long revision) {
        return HEX.toHexDigits(epoch) + '-' + revision;
    }

    /**
     * Returns the position from which a client wants to continue: {@code Last-Event-ID}, which a browser sends when it
     * reconnects, or else {@code since}; null if the request has neither.
     *
     * @throws Problem 400 with the name of a malformed one, even if it would not be used
     */
    static @Nullable EventId of(Request request, Query query) {
        String since = query.value("since");
        EventId bySince = since == null ? null : parse("query parameter since", since);
        List<String> fields = request.headers(Header.LAST_EVENT_ID);
        if (fields == null) {
            return bySince;
        }
        if (fields.size() > 1) {
            throw Problem.badRequest(
                    Header.LAST_EVENT_ID + " must be given only once, not " + fields.size() + " times");
        }
        return parse(Header.LAST_EVENT_ID, fields.get(0).strip());
    }

    /** @param name the name of the header or parameter, for the error message */
    private static EventId parse(String name, String text) {
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
        throw Problem.badRequest(name + " must be the ID of an event, or a revision from 0 to " + Long.MAX_VALUE
                + ", not " + Quoting.quote(text));
    }
}
