package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import java.io.IOException;
import java.io.OutputStream;

/** Keys as one JSON array. */
final class KeysJson implements RowWriter<Long> {

    private final JsonGenerator json;

    /** @param out is closed at the end */
    KeysJson(OutputStream out) throws IOException {
        json = Json.generator(out);
        json.writeStartArray();
    }

    @Override
    public void row(Key key, Long expiryMillis) throws IOException {
        json.writeString(key.toString());
    }

    @Override
    public void end() throws IOException {
        json.writeEndArray();
        json.close();
    }
}
