package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Walk;
import io.kvstore.storage.Count;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * {@code /keys}: all pairs as one JSON object, in key order.
 *
 * <p>They are read page by page, so that an answer of any length takes the memory of a page, and no lock is held while
 * bytes go out.
 */
final class PairsResource implements Resource {

    private static final List<String> JSON = List.of("application/json");
    private static final List<String> NO_STORE = List.of("no-store");
    private static final List<String> VARY = List.of("Accept");

    private final Keyspace keyspace;

    PairsResource(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        response.header(Header.CONTENT_TYPE, JSON);
        response.header(Header.CACHE_CONTROL, NO_STORE);
        response.header(Header.VARY, VARY);
        if (request.method().equals("HEAD")) {
            Count count = keyspace.count();
            response.header(Header.KV_REVISION, Long.toString(count.revision()));
            response.header(Header.KV_COUNT, Long.toString(count.keys()));
            response.empty(200);
        } else {
            list(response);
        }
    }

    private void list(Response response) throws IOException {
        Walk<Value> walk = keyspace.walk(Selection.ALL, null);
        // Read before the head goes out: a store that cannot be read is still an answer of its own.
        List<Map.Entry<Key, Value>> page = walk.next();
        response.header(Header.KV_REVISION, Long.toString(walk.revision()));
        // Not in a try block of its own: after a failure nobody may close it, for that would complete the answer.
        JsonGenerator json = Json.generator(response.stream(200));
        json.writeStartObject();
        for (; page != null; page = walk.next()) {
            for (Map.Entry<Key, Value> pair : page) {
                json.writeFieldName(pair.getKey().toString());
                Json.write(pair.getValue(), json);
            }
        }
        json.writeEndObject();
        json.close();
    }
}
