package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;

/** Pairs as one JSON object, as in {@code {"a":"text","b":{"base64":"/wA="}}}. */
final class PairsJson implements RowWriter<Value> {

    private final JsonGenerator json;

    /** @param out is closed at the end */
    PairsJson(OutputStream out) throws IOException {
        json = Json.generator(out);
        json.writeStartObject();
    }

    @Override
    public void row(Key key, Value value) throws IOException {
        json.writeFieldName(key.toString());
        Json.write(value, json);
    }

    @Override
    public void end() throws IOException {
        json.writeEndObject();
        json.close();
    }
}
