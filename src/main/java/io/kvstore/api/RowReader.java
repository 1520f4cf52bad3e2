package io.kvstore.api;

import com.fasterxml.jackson.core.JsonToken;
import io.kvstore.http.JsonInput;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Key;
import io.kvstore.store.SecondaryKey;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sequence of rows as {@link RowJson} writes them, optionally followed by an end row. White space between rows is
 * ignored. Rejects an unknown field, because a misspelled name would otherwise lose data. Not thread-safe.
 */
final class RowReader {

    /**
     * A row without its revision.
     *
     * @param expiryMillis the time at which it expires, in milliseconds since 1970, or {@link SecondaryKey#NONE}
     */
    record Row(Key key, Content content, long expiryMillis) {}

    private static final Instant TIME_MIN = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private final JsonInput json;
    private final EntryInput entry;
    private long count;
    private boolean ended;

    RowReader(JsonInput json, Limits limits) {
        this.json = json;
        this.entry = new EntryInput(json, limits);
    }

    /**
     * Reads the next row; returns null at the end.
     *
     * @throws Problem if the input is not a row, the end row has a wrong count, or anything follows the end row
     */
    @Nullable
    Row next() throws IOException {
        if (json.next() == null) {
            return null;
        }
        if (ended) {
            throw json.problem("there is more input after the end row");
        }
        json.requireObject("a row");
        Fields fields = new Fields();
        for (String name = json.nextField(); name != null; name = json.nextField()) {
            read(name, fields);
        }
        if (fields.end) {
            checkEnd(fields);
            ended = true;
            return next();
        }
        count++;
        return row(fields);
    }

    /** Returns whether neither a row nor an end row has been read. */
    boolean isEmpty() {
        return count == 0 && !ended;
    }

    /** The fields of the current row that have been read so far. */
    private static final class Fields {
        private @Nullable Key key;
        private byte @Nullable [] value;
        private byte @Nullable [] base64;
        private @Nullable String type;
        private long expiryMillis = SecondaryKey.NONE;
        private boolean end;
        private @Nullable Long count;
    }

    private void read(String name, Fields fields) throws IOException {
        switch (name) {
            case "key" -> fields.key = entry.key(name);
            case "value" -> fields.value = entry.value(name);
            case "base64" -> fields.base64 = entry.base64(name);
            case "type" -> fields.type = json.mediaType(name);
            case "expires" -> fields.expiryMillis = instant(name).toEpochMilli();
            case "revision" -> json.number(name);
            case "count" -> fields.count = json.number(name);
            case "end" -> fields.end = end(name);
            default ->
                throw json.problem("unknown field " + Quoting.quote(name)
                        + "; a row has key, value or base64, revision, type and expires");
        }
    }

    private boolean end(String name) {
        if (!json.is(JsonToken.VALUE_TRUE)) {
            throw json.wrongType(name, "true");
        }
        return true;
    }

    private Instant instant(String name) throws IOException {
        String text = json.text(name);
        try {
            Instant instant = Instant.parse(text);
            if (!instant.isBefore(TIME_MIN) && !instant.isAfter(TIME_MAX)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // reported below, as for a time out of range
        }
        throw json.problem(name + " must be a time such as 2031-01-01T00:00:00Z, not " + Quoting.quote(text));
    }

    private Row row(Fields fields) {
        if (fields.key == null) {
            throw json.problem("the row needs a key");
        }
        if (fields.count != null) {
            throw json.problem("only the end row has the field count");
        }
        byte[] bytes = fields.value == null ? fields.base64 : fields.value;
        if (bytes == null || (fields.value != null && fields.base64 != null)) {
            throw json.problem(
                    "a row needs either value or base64, and this one has " + (bytes == null ? "neither" : "both"));
        }
        return new Row(fields.key, new Content(bytes, fields.type), fields.expiryMillis);
    }

    private void checkEnd(Fields fields) {
        if (fields.key != null
                || fields.value != null
                || fields.base64 != null
                || fields.type != null
                || fields.expiryMillis != SecondaryKey.NONE) {
            throw json.problem("the end row must have only the fields end, count and revision");
        }
        if (fields.count == null || fields.count != count) {
            throw json.problem("the end row has "
                    + (fields.count == null ? "no count" : "the count " + fields.count)
                    + ", but follows " + count + " rows");
        }
    }
}
