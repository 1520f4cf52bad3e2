package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.MediaType;
import io.kvstore.http.Problem;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.Compaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** {@code POST /admin/...}: maintenance of the store's files. Takes no body, and responds when the work is done. */
final class AdminResource implements Resource {

    private static final List<String> METHODS = List.of("POST", "OPTIONS");

    private interface Action {

        /** Does the work, sets headers, and returns the members of the JSON object to send. */
        Problem.Members run(Response response);
    }

    private final String subject;
    private final Limits limits;
    private final Action action;

    /** @param subject the subject of an error message, such as "a checkpoint" */
    private AdminResource(String subject, Limits limits, Action action) {
        this.subject = subject;
        this.limits = limits;
        this.action = action;
    }

    /** Returns the resource that writes a checkpoint, which is on disk when the client gets the response. */
    static AdminResource checkpoint(Keyspace keyspace, Limits limits) {
        return new AdminResource("a checkpoint", limits, response -> {
            long revision = keyspace.revision();
            try {
                keyspace.checkpoint();
            } catch (UnsupportedOperationException e) {
                throw new Problem(
                        501,
                        "this storage mode keeps nothing on disk, so it has no checkpoints: use GET /snapshot instead");
            }
            response.header(Header.KV_REVISION, Long.toString(revision));
            return json -> json.writeNumberField("revision", revision);
        });
    }

    /** Returns the resource that compacts the store's files while the store serves other requests. */
    static AdminResource compact(Keyspace keyspace, Limits limits) {
        return new AdminResource("a compaction", limits, response -> {
            Compaction compaction;
            try {
                compaction = keyspace.compact();
            } catch (UnsupportedOperationException e) {
                throw new Problem(501, String.valueOf(e.getMessage()));
            }
            return json -> {
                json.writeNumberField("before", compaction.bytesBefore());
                json.writeNumberField("after", compaction.bytesAfter());
            };
        });
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.ADMIN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        int size = context.request().body(limits.valueBytes()).length;
        if (size > 0) {
            throw Problem.badRequest(subject + " must not have a body; this one has " + size + " bytes");
        }
        Response response = context.response();
        Problem.Members members = action.run(response);
        ByteArrayOutputStream body = new ByteArrayOutputStream(64);
        try (JsonGenerator json = Json.generator(body)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        }
        response.header(Header.CONTENT_TYPE, MediaType.JSON);
        response.header(Header.CACHE_CONTROL, "no-store");
        response.bytes(200, body.toByteArray());
    }
}
