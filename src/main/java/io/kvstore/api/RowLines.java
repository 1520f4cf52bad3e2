package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Rows as {@code application/x-ndjson}, one a line, and a last line that says how many there are: without it, the body was
 * cut off.
 */
final class RowLines implements RowWriter<Value> {

    private final JsonGenerator json;
    private final boolean values;
    private final long revision;
    private long count;

    /**
     * @param out is closed at the end
     * @param values whether rows have the value itself
     * @param revision the store's when the listing began
     */
    RowLines(OutputStream out, boolean values, long revision) throws IOException {
        this.json = Json.lines(out);
        this.values = values;
        this.revision = revision;
    }

    @Override
    public void row(Key key, Value value) throws IOException {
        json.writeStartObject();
        RowJson.writeFields(key, value, values, json);
        json.writeEndObject();
        count++;
    }

    @Override
    public void end() throws IOException {
        json.writeStartObject();
        json.writeBooleanField("end", true);
        json.writeNumberField("count", count);
        json.writeNumberField("revision", revision);
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
