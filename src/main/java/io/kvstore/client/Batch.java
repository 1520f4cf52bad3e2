package io.kvstore.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Operations that the server executes all together or not at all: one commit, one revision, one durable write. Each
 * operation sees the effects of those before it. Created by {@link KeyValueClient#batch}. Not thread-safe. {@link
 * #commit} keeps the operations, so a batch that failed can be committed again.
 *
 * <pre>{@code
 * BatchResult<String> transfer = client.batch()
 *         .check("account/a", Condition.present())
 *         .increment("account/a", -20)
 *         .increment("account/b", 20)
 *         .commit();
 * }</pre>
 *
 * <p>As with single keys, the client's content type applies to every put and append.
 */
public final class Batch<V> {

    /** Writes the fields of an operation other than its name and key. */
    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private record Operation(String name, String key, Fields fields) {}

    private final Transport transport;
    private final RowCodec<V> codec;
    private final @Nullable String contentType;
    private final List<Operation> operations = new ArrayList<>();

    /** @param contentType of values whose {@link WriteOptions} name none; null for none */
    Batch(Transport transport, RowCodec<V> codec, @Nullable String contentType) {
        this.transport = transport;
        this.codec = codec;
        this.contentType = contentType;
    }

    /** Sets the value of a key. */
    public Batch<V> put(String key, V value) {
        return put(key, value, WriteOptions.defaults());
    }

    /** Sets the value of a key, like {@link KeyValueClient#put(String, Object, WriteOptions)}. */
    public Batch<V> put(String key, V value, WriteOptions options) {
        return write("put", key, value, options);
    }

    /** Appends to the value of a key, like {@link KeyValueClient#append}. */
    public Batch<V> append(String key, V value, WriteOptions options) {
        return write("append", key, value, options);
    }

    private Batch<V> write(String name, String key, V value, WriteOptions options) {
        byte[] bytes = codec.bytes(value);
        String type = options.contentType() == null ? contentType : options.contentType();
        return add(name, key, json -> {
            json.writeBinaryField("base64", bytes);
            writeUnlessNull("type", type, json);
            write(options.timeToLive(), json);
            write(options.condition(), json);
        });
    }

    /** Adds to a number. */
    public Batch<V> increment(String key, long by) {
        return increment(key, by, WriteOptions.defaults());
    }

    /** Adds to a number, like {@link KeyValueClient#increment(String, long, WriteOptions)}. */
    public Batch<V> increment(String key, long by, WriteOptions options) {
        Objects.requireNonNull(options, "options");
        return add("increment", key, json -> {
            json.writeNumberField("by", by);
            write(options.timeToLive(), json);
            write(options.condition(), json);
        });
    }

    /**
     * Sets the expiry of a key, like {@link KeyValueClient#touch}. An absent key is not a failure, unless the
     * condition requires a state.
     */
    public Batch<V> touch(String key, Duration timeToLive, Condition condition) {
        TimeToLive time = TimeToLive.after(timeToLive);
        Objects.requireNonNull(condition, "condition");
        return add("touch", key, json -> {
            write(time, json);
            write(condition, json);
        });
    }

    /**
     * Removes the expiry of a key, like {@link KeyValueClient#persist}. An absent key is not a failure, unless the
     * condition requires a state.
     */
    public Batch<V> persist(String key, Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return add("persist", key, json -> write(condition, json));
    }

    /** Deletes a key. An absent key is not a failure. */
    public Batch<V> delete(String key) {
        return delete(key, Condition.none());
    }

    /**
     * Deletes a key under a condition. Unlike {@link KeyValueClient#delete(String, Condition)}, the batch fails if the
     * condition requires a state and the key is absent.
     */
    public Batch<V> delete(String key, Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return add("delete", key, json -> write(condition, json));
    }

    /** Reads a key. An absent key is not a failure. */
    public Batch<V> get(String key) {
        return add("get", key, json -> {});
    }

    /**
     * Makes the batch fail unless a condition holds.
     *
     * @throws IllegalArgumentException for {@link Condition#none} and {@link Condition#otherThan}, which a check
     *     cannot express
     */
    public Batch<V> check(String key, Condition condition) {
        boolean exists = condition.equals(Condition.present());
        if (exists || condition.equals(Condition.absent())) {
            return add("check", key, json -> json.writeBooleanField("exists", exists));
        }
        if (condition.ifMatch() == null) {
            throw new IllegalArgumentException(
                    "the condition of a check must be absent, present or a revision, not " + condition);
        }
        return add("check", key, json -> write(condition, json));
    }

    private Batch<V> add(String name, String key, Fields fields) {
        PercentEncoding.target(key); // rejects an invalid key before anything is sent
        operations.add(new Operation(name, key, fields));
        return this;
    }

    private static void write(TimeToLive time, JsonGenerator json) throws IOException {
        writeUnlessNull("ttl", time.text(), json);
    }

    private static void write(Condition condition, JsonGenerator json) throws IOException {
        writeUnlessNull("if_match", condition.ifMatch(), json);
        writeUnlessNull("if_none_match", condition.ifNoneMatch(), json);
    }

    private static void writeUnlessNull(String field, @Nullable String value, JsonGenerator json) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    /**
     * Sends the batch and waits for its result. The client never retries it after an attempt that the server may have
     * executed; see {@link ClientException#outcomeUnknown}.
     *
     * @throws ClientException.BatchFailed if an operation failed; the server executed none of them
     */
    public BatchResult<V> commit() {
        ClientRequest request = new ClientRequest("POST", "/batch", ClientRequest.Effect.NOT_IDEMPOTENT)
                .header("Content-Type", "application/json")
                .body(json());
        Transport.Reply<byte[]> reply = transport.send(request);
        if (reply.status() != 200) {
            throw ErrorDecoder.decode(reply);
        }
        try {
            return read(Json.tree(reply));
        } catch (ClientException.UnreadableResponse | IllegalArgumentException e) {
            throw new ClientException.UnreadableResponse(
                    "the batch was executed, but its response is unreadable: " + e.getMessage(), true, e);
        }
    }

    private BatchResult<V> read(JsonNode response) {
        List<BatchResult.Result<V>> results = new ArrayList<>();
        for (JsonNode each : response.path("results")) {
            results.add(new BatchResult.Result<>(
                    (int) Json.number(each, "status"),
                    each.has("etag") ? new ETag(Json.text(each, "etag")) : null,
                    each.has("value")
                            ? OptionalLong.of(Long.parseLong(Json.text(each, "value")))
                            : OptionalLong.empty(),
                    each.has("row") ? codec.row(each.path("row")) : null));
        }
        if (results.size() != operations.size()) {
            throw new ClientException.UnreadableResponse(
                    "a batch of " + operations.size() + " operations got " + results.size() + " results", true, null);
        }
        return new BatchResult<>(Json.number(response, "revision"), List.copyOf(results));
    }

    private byte[] json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("ops");
            for (Operation operation : operations) {
                json.writeStartObject();
                json.writeStringField("op", operation.name());
                json.writeStringField("key", operation.key());
                operation.fields().write(json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new AssertionError("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
