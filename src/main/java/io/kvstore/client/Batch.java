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
 * Operations to be done all together or not at all: one commit, one revision, one durable write. Each sees what those before
 * it did. Made by {@link KeyValueClient#batch}; for one thread. The operations stay after {@link #commit}, so that a batch
 * that failed can be tried again.
 *
 * <pre>{@code
 * BatchResult<String> transfer = client.batch()
 *         .check("account/a", Condition.present())
 *         .increment("account/a", -20)
 *         .increment("account/b", 20)
 *         .commit();
 * }</pre>
 *
 * <p>The client's content type goes with every put and append, as with those of one key.
 */
public final class Batch<V> {

    /** Writes the fields of an operation beside its name and key. */
    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private record Operation(String name, String key, Fields fields) {}

    private final Transport transport;
    private final Values<V> values;
    private final @Nullable String contentType;
    private final List<Operation> operations = new ArrayList<>();

    /** @param contentType of values that have no other; null for none */
    Batch(Transport transport, Values<V> values, @Nullable String contentType) {
        this.transport = transport;
        this.values = values;
        this.contentType = contentType;
    }

    /** Maps a key to a value. */
    public Batch<V> put(String key, V value) {
        return put(key, value, WriteOptions.plain());
    }

    /** As {@link KeyValueClient#put(String, Object, WriteOptions)}. */
    public Batch<V> put(String key, V value, WriteOptions options) {
        return write("put", key, value, options);
    }

    /** As {@link KeyValueClient#append}. */
    public Batch<V> append(String key, V value, WriteOptions options) {
        return write("append", key, value, options);
    }

    private Batch<V> write(String name, String key, V value, WriteOptions options) {
        byte[] bytes = values.bytes(value);
        String type = options.contentType() == null ? contentType : options.contentType();
        return add(name, key, json -> {
            json.writeBinaryField("base64", bytes);
            if (type != null) {
                json.writeStringField("type", type);
            }
            write(options.timeToLive(), json);
            write(options.condition(), json);
        });
    }

    /** Adds to a number. */
    public Batch<V> increment(String key, long by) {
        return increment(key, by, WriteOptions.plain());
    }

    /** As {@link KeyValueClient#increment(String, long, WriteOptions)}. */
    public Batch<V> increment(String key, long by, WriteOptions options) {
        Objects.requireNonNull(options, "options");
        return add("increment", key, json -> {
            json.writeNumberField("by", by);
            write(options.timeToLive(), json);
            write(options.condition(), json);
        });
    }

    /** As {@link KeyValueClient#touch}. */
    public Batch<V> touch(String key, Duration timeToLive, Condition condition) {
        TimeToLive time = TimeToLive.after(timeToLive);
        Objects.requireNonNull(condition, "condition");
        return add("touch", key, json -> {
            write(time, json);
            write(condition, json);
        });
    }

    /** As {@link KeyValueClient#persist}. */
    public Batch<V> persist(String key, Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return add("persist", key, json -> write(condition, json));
    }

    /** Removes a key; one that is missing fails nothing. */
    public Batch<V> delete(String key) {
        return delete(key, Condition.none());
    }

    /**
     * Removes a key under a condition. Unlike {@link KeyValueClient#delete(String, Condition)}, a batch fails where it asks
     * for a state, and there is no such key.
     */
    public Batch<V> delete(String key, Condition condition) {
        Objects.requireNonNull(condition, "condition");
        return add("delete", key, json -> write(condition, json));
    }

    /** Reads a key; one that is missing fails nothing. */
    public Batch<V> get(String key) {
        return add("get", key, json -> {});
    }

    /**
     * Lets the batch fail unless a condition holds.
     *
     * @throws IllegalArgumentException for {@link Condition#none} and {@link Condition#otherThan}, which no check can state
     */
    public Batch<V> check(String key, Condition condition) {
        if (condition instanceof Condition.Revision revision) {
            return add("check", key, json -> write(revision, json));
        }
        if (condition instanceof Condition.Absent || condition instanceof Condition.Present) {
            boolean exists = condition instanceof Condition.Present;
            return add("check", key, json -> json.writeBooleanField("exists", exists));
        }
        throw new IllegalArgumentException("a check is of absent, present or a revision, not " + condition);
    }

    private Batch<V> add(String name, String key, Fields fields) {
        PercentEncoding.target(key);
        operations.add(new Operation(name, key, fields));
        return this;
    }

    private static void write(TimeToLive time, JsonGenerator json) throws IOException {
        if (time instanceof TimeToLive.Keep) {
            json.writeStringField("ttl", "keep");
        } else if (time instanceof TimeToLive.After after) {
            json.writeStringField("ttl", after.time().toMillis() + "ms");
        }
    }

    private static void write(Condition condition, JsonGenerator json) throws IOException {
        if (condition instanceof Condition.Absent) {
            json.writeStringField("if_none_match", "*");
        } else if (condition instanceof Condition.Present) {
            json.writeStringField("if_match", "*");
        } else if (condition instanceof Condition.Revision revision) {
            json.writeStringField("if_match", revision.etag().text());
        } else if (condition instanceof Condition.OtherThan other) {
            json.writeStringField("if_none_match", other.etag().text());
        }
    }

    /**
     * Sends it. It is never repeated once it may have come through; see {@link ClientException#outcomeUnknown}.
     *
     * @throws BatchFailedException when operations failed, and nothing was done
     */
    public BatchResult<V> commit() {
        Call call = new Call("POST", "/batch", Call.Effect.ONCE)
                .header("Content-Type", "application/json")
                .body(json());
        Transport.Reply<byte[]> reply = transport.send(call);
        if (reply.status() != 200) {
            throw Problems.of(reply);
        }
        try {
            return read(Json.tree(reply));
        } catch (UnreadableAnswerException | IllegalArgumentException e) {
            throw new UnreadableAnswerException(
                    "the batch was done, but its answer cannot be read: " + e.getMessage(), true, e);
        }
    }

    private BatchResult<V> read(JsonNode answer) {
        List<BatchResult.Result<V>> results = new ArrayList<>();
        for (JsonNode each : answer.path("results")) {
            results.add(new BatchResult.Result<>(
                    (int) Values.number(each, "status"),
                    each.has("etag") ? new ETag(Values.text(each, "etag")) : null,
                    each.has("value")
                            ? OptionalLong.of(Long.parseLong(Values.text(each, "value")))
                            : OptionalLong.empty(),
                    each.has("row") ? values.row(each.path("row")) : null));
        }
        if (results.size() != operations.size()) {
            throw new UnreadableAnswerException(
                    "a batch of " + operations.size() + " operations got " + results.size() + " results", true, null);
        }
        return new BatchResult<>(Values.number(answer, "revision"), List.copyOf(results));
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
            throw new AssertionError("memory takes what is written to it", e);
        }
        return bytes.toByteArray();
    }
}
