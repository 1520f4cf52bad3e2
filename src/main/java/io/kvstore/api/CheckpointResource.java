package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Keyspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** {@code /admin/checkpoint}: writes one now, and answers when it is on disk. */
final class CheckpointResource implements Resource {

    private static final List<String> METHODS = List.of("POST", "OPTIONS");

    private final Keyspace keyspace;
    private final Limits limits;

    CheckpointResource(Keyspace keyspace, Limits limits) {
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
            throw Problem.badRequest("a checkpoint takes no body, and " + size + " bytes were sent");
        }
        long revision = keyspace.revision();
        try {
            keyspace.checkpoint();
        } catch (UnsupportedOperationException e) {
            throw new Problem(501, "this mode keeps nothing on disk, so it has no checkpoint: see GET /snapshot");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream(32);
        try (JsonGenerator json = Json.generator(body)) {
            json.writeStartObject();
            json.writeNumberField("revision", revision);
            json.writeEndObject();
        }
        response.header(Header.CONTENT_TYPE, "application/json");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(revision));
        response.bytes(200, body.toByteArray());
    }
}
