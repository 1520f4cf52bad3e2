package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.Compaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** {@code POST /admin/compact}: has the store's files shrink while it serves, and answers when they have. */
final class CompactResource implements Resource {

    private static final List<String> METHODS = List.of("POST", "OPTIONS");

    private final Keyspace keyspace;
    private final Limits limits;

    CompactResource(Keyspace keyspace, Limits limits) {
        this.keyspace = keyspace;
        this.limits = limits;
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public RequiredAccess demand() {
        return RequiredAccess.ADMIN;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        int size = request.body(limits.valueBytes()).length;
        if (size > 0) {
            throw Problem.badRequest("compacting takes no body, and " + size + " bytes were sent");
        }
        byte[] json = json(compact());
        response.header(Header.CONTENT_TYPE, "application/json");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.bytes(200, json);
    }

    private Compaction compact() {
        try {
            return keyspace.compact();
        } catch (UnsupportedOperationException e) {
            throw new Problem(501, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] json(Compaction compaction) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("before", compaction.bytesBefore());
            json.writeNumberField("after", compaction.bytesAfter());
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
