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
 * Reads rows as {@link RowJson} writes them, one after the other, and the end row if there is one. White space, line
 * breaks among it, is free between them. A field that a row does not have is refused: a name mistyped must not lose what it
 * was to say. Belongs to the request's thread.
 */
final class RowReader {

    /**
     * A row without its revision.
     *
     * @param expiryMillis the time at which it expires, in milliseconds since 1970, or {@link SecondaryKey#NONE}
     */
    record Row(Key key, Content content, long expiryMillis) {}

    private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant YEAR_10000 = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private final JsonInput json;
    private final EntryInput entry;
    private long count;
    private boolean ended;

    RowReader(JsonInput json, Limits limits) {
        this.json = json;
        this.entry = new EntryInput(json, limits);
    }

    /**
     * The next row, or null where there is no further one.
     *
     * @throws Problem when it is none, or there is another number of rows than the end row says, or more after it
     */
    @Nullable
    Row next() throws IOException {
        if (json.next() == null) {
            return null;
        }
        if (ended) {
            throw json.problem("there is more after the end row");
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

    /** Whether there was neither a row nor an end row so far. */
    boolean isEmpty() {
        return count == 0 && !ended;
    }

    /** The fields of a row as far as they have come. */
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
            if (!instant.isBefore(YEAR_0) && !instant.isAfter(YEAR_10000)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // told below, in the words of this API
        }
        throw json.problem(name + " must be a time as in 2031-01-01T00:00:00Z, not " + Quoting.quote(text));
    }

    private Row row(Fields fields) {
        if (fields.key == null) {
            throw json.problem("the row has no key");
        }
        if (fields.count != null) {
            throw json.problem("count is of the end row alone");
        }
        byte[] bytes = fields.value == null ? fields.base64 : fields.value;
        if (bytes == null || (fields.value != null && fields.base64 != null)) {
            throw json.problem(
                    "a row has either value or base64, and this one has " + (bytes == null ? "neither" : "both"));
        }
        return new Row(fields.key, new Content(bytes, fields.type), fields.expiryMillis);
    }

    private void checkEnd(Fields fields) {
        if (fields.key != null
                || fields.value != null
                || fields.base64 != null
                || fields.type != null
                || fields.expiryMillis != SecondaryKey.NONE) {
            throw json.problem("the end row has end, count and revision, and nothing else");
        }
        if (fields.count == null || fields.count != count) {
            throw json.problem("the end row tells of "
                    + (fields.count == null ? "no count" : "a count of " + fields.count)
                    + ", and " + count + " rows came before it");
        }
    }
}
