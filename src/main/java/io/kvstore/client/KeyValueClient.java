package io.kvstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.store.Codec;
import io.kvstore.store.KeyValueStore;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Client of a KVStore server. Safe for use by any number of threads. One client is enough for a program: it pools
 * connections and shares them between threads.
 *
 * <pre>{@code
 * try (KeyValueClient<String> client = KeyValueClient.ofText(address)) {
 *     client.put("greeting", "hello", WriteOptions.defaults());
 *     String greeting = client.get("greeting");
 *     System.out.println(greeting);
 * }
 * }</pre>
 *
 * <p><b>Keys</b> are text of 1 to 1,024 bytes in UTF-8 (the server's {@code --max_key_bytes}), ordered by those bytes.
 * A key that is empty, or has an unpaired surrogate, causes an {@link IllegalArgumentException}. <b>Values</b> are
 * converted to bytes and back by the {@link Codec}; a value that it cannot decode causes a {@link ClientException}.
 * The client does not keep an array that a caller passes.
 *
 * <p><b>Retries.</b> If the connection is refused, nothing was sent, and the client retries any request as its {@link
 * RetryPolicy} says. If the connection breaks, the timeout expires, or the server answers 503 with {@code
 * Retry-After}, the outcome of a write is unknown. The client then retries only:
 *
 * <ul>
 *   <li>requests that only read;
 *   <li>{@link #put(String, Object, WriteOptions)} and {@link #delete(String, Condition)}, which are idempotent. Under
 *       a condition such as {@link Condition#absent} or {@link Condition#revision}, the retry may fail because the
 *       earlier attempt succeeded; {@link ClientException#outcomeUnknown} is then true. Without a condition, the retry
 *       overwrites what another client wrote between the two attempts; pass a condition to prevent that.
 * </ul>
 *
 * <p>The client never retries these after an attempt that the server may have executed: increment, append, touch,
 * persist, a batch, a deletion of many keys, an import, the checkpoint and compaction of {@link Admin}, and {@link
 * #put(String, Object)} and {@link #delete(String)}, which are batches because they return the previous value. They
 * throw {@link ClientException.ConnectionFailed} or {@link ClientException.ErrorResponse} with {@code
 * outcomeUnknown()} true. In addition the JDK's HTTP client itself retries a refused connection, and a GET or HEAD
 * once if a pooled connection turns out to be closed; neither does harm.
 *
 * <p><b>Errors.</b> Every method throws a {@link ClientException} if its request fails, {@link
 * io.kvstore.store.StoreException.Closed} after {@link #close}, and {@link NullPointerException} for a null argument.
 * An interrupt ends a call with {@link ClientException.ConnectionFailed}, and the interrupt status stays set.
 *
 * <p><b>As a {@link KeyValueStore}</b> it keeps that contract, with two differences: all failures except that of a
 * closed client are {@link ClientException}s, and {@link #size} costs a request.
 *
 * @param <V> the type of values
 */
public final class KeyValueClient<V> implements KeyValueStore<String, V> {

    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final Transport transport;
    private final RowCodec<V> codec;
    private final @Nullable String contentType;
    private final Admin admin;

    KeyValueClient(Transport transport, RowCodec<V> codec, @Nullable String contentType) {
        this.transport = transport;
        this.codec = codec;
        this.contentType = contentType;
        this.admin = new Admin(transport);
    }

    /**
     * Returns a builder for a client.
     *
     * @param address for example {@code http://127.0.0.1:8080}; a path becomes the prefix of every request path
     * @param codec converts values to bytes; see {@link Codecs}
     * @throws IllegalArgumentException if the scheme is not {@code http:} or {@code https:}, or the address has a
     *     user, query or fragment
     */
    public static <V> KeyValueClientBuilder<V> builder(URI address, Codec<V> codec) {
        return new KeyValueClientBuilder<>(address, codec);
    }

    /** Returns a client for text values with default settings. */
    public static KeyValueClient<String> ofText(URI address) {
        return builder(address, Codecs.text()).build();
    }

    // One key

    /** Returns the value of a key, or null if the key is absent. */
    @Override
    public @Nullable V get(String key) {
        Transport.Reply<byte[]> reply = transport.send(ClientRequest.get(PercentEncoding.target(key)));
        return isMissing(reply) ? null : codec.value(reply.response().body());
    }

    /** Returns the value and metadata of a key, or null if the key is absent. */
    public @Nullable Entry<V> entry(String key) {
        Transport.Reply<byte[]> reply = transport.send(ClientRequest.get(PercentEncoding.target(key)));
        return isMissing(reply) ? null : entry(key, reply);
    }

    /**
     * Returns the value and metadata of a key if its state differs from {@code known}.
     *
     * @return null if the key is still in that state or absent; {@link #metadata} distinguishes the two cases
     */
    public @Nullable Entry<V> entryIfChanged(String key, ETag known) {
        ClientRequest request = ClientRequest.get(PercentEncoding.target(key)).condition(Condition.otherThan(known));
        Transport.Reply<byte[]> reply = transport.send(request);
        return reply.status() == NOT_MODIFIED || isMissing(reply) ? null : entry(key, reply);
    }

    /** Returns the metadata of a key without its value, or null if the key is absent. */
    public @Nullable Metadata metadata(String key) {
        Transport.Reply<byte[]> reply =
                transport.send(new ClientRequest("HEAD", PercentEncoding.target(key), ClientRequest.Effect.SAFE));
        return isMissing(reply) ? null : metadata(reply, reply.number("Content-Length"));
    }

    /**
     * Returns a range of the bytes of a value; the codec is not used.
     *
     * @param offset position of the first byte, from 0
     * @param length maximum number of bytes, at least 1
     * @return null if the key is absent
     */
    public @Nullable PartialValue getRange(String key, long offset, int length) {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException(
                    "a range must have an offset of at least 0 and a length of at least 1, not " + offset + " and "
                            + length);
        }
        long last = offset > Long.MAX_VALUE - length ? Long.MAX_VALUE : offset + length - 1;
        ClientRequest request =
                ClientRequest.get(PercentEncoding.target(key)).header("Range", "bytes=" + offset + "-" + last);
        Transport.Reply<byte[]> reply = transport.send(request);
        return switch (reply.status()) {
            case PARTIAL -> partialValue(offset, reply);
            case RANGE_NOT_SATISFIABLE -> emptyRange(key, offset);
            default -> {
                if (isAbsentKey(reply)) {
                    yield null;
                }
                throw ErrorDecoder.decode(reply);
            }
        };
    }

    /**
     * Sets the value of a key and returns the previous value, atomically. Costs a batch that transfers both values;
     * use {@link #put(String, Object, WriteOptions)} if you do not need the previous value. Never retried after an
     * attempt that the server may have executed.
     */
    @Override
    public @Nullable V put(String key, V value) {
        return previousValue(batch().get(key).put(key, value));
    }

    /**
     * Sets the value of a key.
     *
     * @throws ClientException.ConditionFailed if the condition does not hold
     */
    public WriteResult put(String key, V value, WriteOptions options) {
        ClientRequest request = new ClientRequest("PUT", PercentEncoding.target(key), ClientRequest.Effect.IDEMPOTENT);
        return writeResult(transport.send(withValue(request, value, options)));
    }

    /**
     * Deletes a key and returns its value, atomically. Costs a batch; use {@link #delete(String, Condition)} if you do
     * not need the value. Never retried after an attempt that the server may have executed.
     */
    @Override
    public @Nullable V delete(String key) {
        return previousValue(batch().get(key).delete(key));
    }

    /**
     * Deletes a key. An absent key is not an error, whatever the condition.
     *
     * @throws ClientException.ConditionFailed if the key exists and the condition does not hold
     */
    public DeleteResult delete(String key, Condition condition) {
        ClientRequest request = new ClientRequest(
                        "DELETE", PercentEncoding.target(key), ClientRequest.Effect.IDEMPOTENT)
                .condition(condition);
        Transport.Reply<byte[]> reply = transport.send(request);
        return new DeleteResult(!isMissing(reply), reply.number("KV-Revision"));
    }

    /** Adds to a decimal number; an absent key counts as 0. */
    public IncrementResult increment(String key, long by) {
        return increment(key, by, WriteOptions.defaults());
    }

    /**
     * Adds to a decimal number; an absent key counts as 0.
     *
     * @throws ClientException.ErrorResponse with status 409 if the value is not a 64-bit integer, or the sum would
     *     overflow
     * @throws ClientException.ConditionFailed if the condition does not hold
     */
    public IncrementResult increment(String key, long by, WriteOptions options) {
        ClientRequest request = operation(key, "increment").parameter("by", Long.toString(by));
        Transport.Reply<byte[]> reply =
                transport.send(request.condition(options.condition()).timeToLive(options.timeToLive()));
        WriteResult write = writeResult(reply);
        return new IncrementResult(number(reply), write);
    }

    /**
     * Appends bytes to a value; creates the key if it is absent.
     *
     * @throws ClientException.ErrorResponse with status 413 if the result would be too long
     * @throws ClientException.ConditionFailed if the condition does not hold
     */
    public WriteResult append(String key, V value, WriteOptions options) {
        return writeResult(transport.send(withValue(operation(key, "append"), value, options)));
    }

    /**
     * Sets the expiry of a key without changing its value.
     *
     * @return null if the key is absent
     * @throws IllegalArgumentException if {@link TimeToLive#after} rejects the time
     * @throws ClientException.ConditionFailed if the condition does not hold
     */
    public @Nullable WriteResult touch(String key, Duration timeToLive, Condition condition) {
        ClientRequest request = operation(key, "touch").timeToLive(TimeToLive.after(timeToLive));
        Transport.Reply<byte[]> reply = transport.send(request.condition(condition));
        return isAbsentKey(reply) ? null : writeResult(reply);
    }

    /**
     * Removes the expiry of a key. A key without expiry keeps its state.
     *
     * @return null if the key is absent
     * @throws ClientException.ConditionFailed if the condition does not hold
     */
    public @Nullable WriteResult persist(String key, Condition condition) {
        Transport.Reply<byte[]> reply = transport.send(operation(key, "persist").condition(condition));
        return isAbsentKey(reply) ? null : writeResult(reply);
    }

    // Many keys

    /** Returns the keys that a query selects, in order; sends the request and waits for the head of its response. */
    public Listing<V> list(Query query) {
        return new Listing<>(transport, codec, query);
    }

    /**
     * Returns all entries in key order, as {@link KeyValueStore#entries} specifies. The iterator holds a connection
     * until its last entry; use {@link #list} for one that can be closed earlier.
     */
    @Override
    public Iterator<Map.Entry<String, V>> entries() {
        Listing<V> rows = list(Query.all());
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Map.Entry<String, V> next() {
                Row<V> row = rows.next();
                return Map.entry(row.key(), Objects.requireNonNull(row.value()));
            }
        };
    }

    /** Returns the number of keys, without expired ones. */
    @Override
    public long size() {
        return count(Query.all());
    }

    /**
     * Returns the number of keys that a query selects.
     *
     * @throws IllegalArgumentException if the query has more than filters, for example a limit
     */
    public long count(Query query) {
        query.requireFiltersOnly("a count");
        ClientRequest request = query.addFiltersTo(new ClientRequest("HEAD", "/keys", ClientRequest.Effect.SAFE));
        Transport.Reply<byte[]> reply = transport.send(request);
        if (reply.status() != OK) {
            throw ErrorDecoder.decode(reply);
        }
        return reply.number("KV-Count");
    }

    /**
     * Deletes the keys that a query selects, every key for {@link Query#all}, in commits of at most 1,000 keys. Never
     * retried after an attempt that the server may have executed.
     *
     * @throws IllegalArgumentException if the query has more than filters, for example a limit
     */
    public BulkDeleteResult deleteAll(Query query) {
        query.requireFiltersOnly("a deletion");
        ClientRequest request =
                query.addFiltersTo(new ClientRequest("DELETE", "/keys", ClientRequest.Effect.NOT_IDEMPOTENT));
        Transport.Reply<byte[]> reply =
                transport.sendBulk(query.selectsAll() ? request.parameter("all", "true") : request);
        if (reply.status() != OK) {
            throw ErrorDecoder.decode(reply);
        }
        JsonNode json = Json.tree(reply);
        return new BulkDeleteResult(Json.number(json, "deleted"), Json.number(json, "revision"));
    }

    /** Returns an empty batch, for operations to be executed all together or not at all. */
    public Batch<V> batch() {
        return new Batch<>(transport, codec, contentType);
    }

    /**
     * Returns a watch that reports changes as they happen. It is connected when this method returns, so it misses no
     * later change.
     *
     * @throws ClientException.HistoryGone if the watch cannot begin at the requested position
     */
    public Watch<V> watch(WatchOptions options) {
        return new Watch<>(transport, codec, options);
    }

    /**
     * Returns a publisher that reports changes as they happen, to any number of subscribers. Each subscription has its
     * own {@link Watch}, which connects when the subscriber subscribes, and its own thread, which ends with the
     * subscription. A subscriber gets as many events as it requests, and {@code onError} gets what {@link Watch} would
     * throw. {@code cancel} ends the subscription at once; closing the client completes it.
     */
    public Flow.Publisher<WatchEvent<V>> publisher(WatchOptions options) {
        return new WatchPublisher<>(transport, codec, options);
    }

    /**
     * Starts downloading the rows that a query selects, with all their metadata, in the format of {@link #importRows}:
     * one JSON object per line, then an end row.
     *
     * @param gzip whether to compress the bytes
     * @throws IllegalArgumentException if the query has a limit, a cursor or a direction, or excludes values
     */
    public Download export(Query query, boolean gzip) {
        query.requireFiltersOnly("an export");
        ClientRequest request = query.addFiltersTo(ClientRequest.get("/export"));
        return Download.of(transport.open(gzip ? request.header("Accept-Encoding", "gzip") : request));
    }

    /**
     * Imports rows in the format of {@link #export}, compressed or not, and streams them to the server. Rows committed
     * before an error stay. Never retried.
     *
     * @param rows read to the end, and not closed
     * @throws ClientException.ErrorResponse with status 400 for an invalid row; the detail names its line, and the
     *     problem's members {@code imported} and {@code skipped} count the rows before it
     */
    public ImportResult importRows(InputStream rows, ImportMode mode) {
        InputStream unclosable = new FilterInputStream(rows) {
            @Override
            public void close() {
                // the caller owns the stream
            }
        };
        ClientRequest request = new ClientRequest("POST", "/import", ClientRequest.Effect.NOT_IDEMPOTENT)
                .parameter("mode", mode.name().toLowerCase(Locale.ROOT))
                .body(BodyPublishers.ofInputStream(() -> unclosable));
        Transport.Reply<byte[]> reply = transport.sendBulk(request);
        if (reply.status() != OK) {
            throw ErrorDecoder.decode(reply);
        }
        JsonNode json = Json.tree(reply);
        return new ImportResult(
                Json.number(json, "imported"),
                Json.number(json, "skipped"),
                json.path("deleted").asLong(),
                Json.number(json, "revision"));
    }

    /** Returns the operations on the server as a whole. */
    public Admin admin() {
        return admin;
    }

    /**
     * Closes open watches, and makes every later call throw. It does not wait for requests in flight and does not
     * close downloads. Further calls have no effect. Pooled connections are closed once the client is
     * garbage-collected.
     */
    @Override
    public void close() {
        transport.close();
    }

    // Requests and responses

    private static ClientRequest operation(String key, String name) {
        return new ClientRequest("POST", PercentEncoding.target(key), ClientRequest.Effect.NOT_IDEMPOTENT)
                .parameter("op", name);
    }

    private ClientRequest withValue(ClientRequest request, V value, WriteOptions options) {
        String type = options.contentType() == null ? contentType : options.contentType();
        if (type != null) {
            request.header("Content-Type", type);
        }
        return request.condition(options.condition())
                .timeToLive(options.timeToLive())
                .body(codec.bytes(value));
    }

    /** Returns what the get at the beginning of a batch read. */
    private @Nullable V previousValue(Batch<V> batch) {
        Row<V> row = batch.commit().results().get(0).row();
        return row == null ? null : row.value();
    }

    /** @throws ClientException.ErrorResponse for any error other than an absent key */
    private static boolean isMissing(Transport.Reply<byte[]> reply) {
        if (reply.status() != OK && !isAbsentKey(reply)) {
            throw ErrorDecoder.decode(reply);
        }
        return reply.status() == NOT_FOUND;
    }

    /** A KVStore server sends its revision with this 404; another server, or a wrong path, does not. */
    private static boolean isAbsentKey(Transport.Reply<byte[]> reply) {
        return reply.status() == NOT_FOUND && reply.header("KV-Revision") != null;
    }

    private static WriteResult writeResult(Transport.Reply<byte[]> reply) {
        if (reply.status() != OK && reply.status() != CREATED) {
            throw ErrorDecoder.decode(reply);
        }
        return new WriteResult(reply.etag(), reply.number("KV-Revision"), reply.status() == CREATED);
    }

    private static long number(Transport.Reply<byte[]> reply) {
        String text = new String(reply.response().body(), StandardCharsets.US_ASCII);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ClientException.UnreadableResponse("the response to an increment is not a number", true, e);
        }
    }

    private Entry<V> entry(String key, Transport.Reply<byte[]> reply) {
        byte[] bytes = reply.response().body();
        return new Entry<>(key, codec.value(bytes), metadata(reply, bytes.length));
    }

    private static PartialValue partialValue(long offset, Transport.Reply<byte[]> reply) {
        String range = reply.required("Content-Range");
        try {
            long length = Long.parseLong(range.substring(range.indexOf('/') + 1));
            return new PartialValue(offset, reply.response().body(), metadata(reply, length));
        } catch (NumberFormatException e) {
            throw new ClientException.UnreadableResponse(
                    "the response has a Content-Range without the length of the value: " + range, false, e);
        }
    }

    private @Nullable PartialValue emptyRange(String key, long offset) {
        Metadata metadata = metadata(key);
        return metadata == null ? null : new PartialValue(offset, new byte[0], metadata);
    }

    private static Metadata metadata(Transport.Reply<byte[]> reply, long length) {
        String timeToLive = reply.header("KV-TTL");
        try {
            return new Metadata(
                    reply.etag(),
                    reply.number("KV-Revision"),
                    length,
                    reply.required("Content-Type"),
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(reply.required("Last-Modified"), Instant::from),
                    timeToLive == null ? null : Duration.ofSeconds(Long.parseLong(timeToLive)));
        } catch (DateTimeException | NumberFormatException e) {
            throw new ClientException.UnreadableResponse(
                    "the response has a header Last-Modified or KV-TTL that is not a time", false, e);
        }
    }
}
