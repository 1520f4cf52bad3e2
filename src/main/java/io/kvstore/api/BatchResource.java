package io.kvstore.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.JsonInput;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.BatchOutcome;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code POST /batch}: executes operations in one commit, atomically. Each operation sees the changes of those before it.
 *
 * <p>The body is parsed while it arrives. A batch takes the memory of its commands and of the values that they read.
 */
final class BatchResource implements Resource {

    private static final List<String> METHODS = List.of("POST", "OPTIONS");
    private static final String JSON = "application/json";

    private final Keyspace keyspace;
    private final Limits limits;
    private final JsonFactory json;

    BatchResource(Keyspace keyspace, Limits limits) {
        this.keyspace = keyspace;
        this.limits = limits;
        this.json = Json.parsers(limits.valueBytes());
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Response response = context.response();
        checkType(request);
        InputStream body = request.metered(request.bodyStream("a batch", limits.batchBytes()));
        JsonInput in = new JsonInput(json, body);
        List<Command> commands = new BatchReader(in, limits).read();
        authorize(commands, context.authorization());
        BatchOutcome outcome = keyspace.executeAll(commands, bytesMax());
        if (outcome.isFailure()) {
            throw new BatchFailures(commands, outcome).problem();
        }
        response.header(Header.CONTENT_TYPE, JSON);
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(outcome.revision()));
        // No try-with-resources: after a failure the generator must stay open, because closing it would complete the
        // JSON.
        JsonGenerator out = Json.generator(response.stream(200));
        out.writeStartObject();
        out.writeNumberField("revision", outcome.revision());
        out.writeArrayFieldStart("results");
        for (int i = 0; i < commands.size(); i++) {
            write(commands.get(i), outcome.outcomes().get(i), out);
        }
        out.writeEndArray();
        out.writeEndObject();
        out.close();
    }

    private static void authorize(List<Command> commands, Authorization rights) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (!rights.mayExecute(command)) {
                String operation = Operation.of(command.kind()).label();
                throw Problems.about(
                        command.key(),
                        new Problem(
                                403,
                                "this token may not execute ops[" + i + "], " + operation
                                        + " of this key; nothing was changed"));
            }
        }
    }

    /**
     * Returns the maximum size of all values that a batch reads and writes. It admits every batch whose operations only write
     * values from its body, and every single operation.
     */
    private long bytesMax() {
        return (long) limits.batchBytes() + limits.valueBytes();
    }

    private static void checkType(Request request) {
        List<String> types = request.headers(Header.CONTENT_TYPE);
        String type = types == null ? "" : String.join(", ", types);
        int parameters = type.indexOf(';');
        if (!(parameters < 0 ? type : type.substring(0, parameters)).trim().equalsIgnoreCase(JSON)) {
            throw new Problem(
                    415,
                    "a batch needs Content-Type: " + JSON + ", not "
                            + (types == null ? "a request without one" : Quoting.quote(type)));
        }
        String encoding = request.header(Header.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Problem(415, "a batch must not have a Content-Encoding; this one has " + Quoting.quote(encoding));
        }
    }

    private static void write(Command command, Outcome outcome, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeNumberField("status", status(outcome));
        Version current = outcome.current();
        if (current != null) {
            out.writeStringField("etag", EntityTag.of(current));
        }
        Value value = outcome.value();
        if (value != null) {
            write(Operation.of(command.kind()).result(), command.key(), value, out);
        }
        out.writeEndObject();
    }

    private static void write(Operation.Result result, Key key, Value value, JsonGenerator out) throws IOException {
        switch (result) {
            case NOTHING -> {}
            case NUMBER -> out.writeStringField("value", new String(value.bytes(), StandardCharsets.US_ASCII));
            case ROW -> {
                out.writeFieldName("row");
                RowJson.write(key, value, out);
            }
        }
    }

    private static int status(Outcome outcome) {
        return switch (outcome.status()) {
            case CREATED -> 201;
            case REPLACED, DELETED, UNCHANGED -> 200;
            case MISSING -> 404;
            case CONDITION_FAILED, NOT_A_NUMBER, OVERFLOW, TOO_LONG, TOO_MUCH ->
                throw new IllegalArgumentException(outcome.status() + " is a failure");
        };
    }
}
