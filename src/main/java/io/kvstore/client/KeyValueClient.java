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
 * The keys and values of a server. Safe for use by any number of threads; one is enough for a program, for it keeps
 * connections and shares them.
 *
 * <pre>{@code
 * try (KeyValueClient<String> client = KeyValueClient.ofText(address)) {
 *     client.put("greeting", "hello", WriteOptions.plain());
 *     String greeting = client.get("greeting");
 *     assertThat(greeting).isEqualTo("hello");
 * }
 * }</pre>
 *
 * <p><b>Keys</b> are text of 1 to 1,024 bytes of UTF-8 (as the server's {@code --max_key_bytes} says), in the order of those
 * bytes. One that is empty, or has half a surrogate pair, is an {@link IllegalArgumentException}. <b>Values</b> are what the
 * {@link Codec} makes of bytes; one that it cannot read is a {@link ClientException}. Arrays that were given belong to
 * the caller again when the call returns.
 *
 * <p><b>What is repeated.</b> Where the connection was refused, nothing was sent, and every request is tried again as the
 * {@link RetryPolicy} says. Where it broke or time was up, or the server answered 503 with {@code Retry-After}, nobody knows
 * whether a write was done. Then these are repeated, and no others:
 *
 * <ul>
 *   <li>what only reads;
 *   <li>{@link #put(String, Object, WriteOptions)} and {@link #delete(String, Condition)}: done twice, they leave what they
 *       leave when done once. Under {@link Condition#absent}, {@link Condition#revision} and the like the repetition may fail
 *       because the attempt before it was done; the exception's {@link ClientException#outcomeUnknown} says that this may
 *       be so. Without a condition, what another client wrote between the two attempts is overwritten: who minds gives a
 *       condition.
 * </ul>
 *
 * <p>An increment, append, touch or persist, a batch, a deletion of many keys, an import and what {@link Admin} changes are
 * never repeated once they may have come through; nor are {@link #put(String, Object)} and {@link #delete(String)}, which are
 * batches, for they tell what there was before. They end with a {@link ConnectionFailedException} or {@link
 * ResponseException} whose {@code outcomeUnknown()} is true. The JDK's own HTTP client repeats a GET or HEAD once when a kept
 * connection turns out to be closed, and a connection that is refused; that comes on top, and does no harm.
 *
 * <p><b>Errors.</b> Every method throws {@link ClientException}s; {@link io.kvstore.store.StoreException.Closed} after
 * {@link #close}; a {@link NullPointerException} for null. An interrupt ends a call with a {@link
 * ConnectionFailedException}, and stays set.
 *
 * <p><b>As a {@link KeyValueStore}</b> it keeps that contract with these differences: other failures than of a closed client
 * are {@link ClientException}s, and {@link #size} costs a request.
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
    private final Values<V> values;
    private final @Nullable String contentType;
    private final Admin admin;

    KeyValueClient(Transport transport, Values<V> values, @Nullable String contentType) {
        this.transport = transport;
        this.values = values;
        this.contentType = contentType;
        this.admin = new Admin(transport);
    }

    /**
     * The settings of a client.
     *
     * @param address as in {@code http://127.0.0.1:8080}; a path is set before those of the API
     * @param codec what values are; see {@link Codecs}
     * @throws IllegalArgumentException when the address is not of {@code http:} or {@code https:}, or has a query or fragment
     */
    public static <V> KeyValueClientBuilder<V> builder(URI address, Codec<V> codec) {
        return new KeyValueClientBuilder<>(address, codec);
    }

    /** A client of text with the usual settings. */
    public static KeyValueClient<String> ofText(URI address) {
        return builder(address, Codecs.text()).build();
    }

    // One key

    /** The value of a key, or null when there is none. */
    @Override
    public @Nullable V get(String key) {
        Transport.Reply<byte[]> reply = transport.send(Call.get(PercentEncoding.target(key)));
        return isMissing(reply) ? null : values.value(reply.response().body());
    }

    /** The value of a key with what is known of its state, or null when there is none. */
    public @Nullable Entry<V> entry(String key) {
        Transport.Reply<byte[]> reply = transport.send(Call.get(PercentEncoding.target(key)));
        return isMissing(reply) ? null : entry(key, reply);
    }

    /**
     * As {@link #entry}, unless the key is in a state that is known already.
     *
     * @return null when it still is in that state, or there is no such key: {@link #metadata} tells which
     */
    public @Nullable Entry<V> entryUnless(String key, ETag known) {
        Call call = Call.get(PercentEncoding.target(key)).condition(Condition.otherThan(known));
        Transport.Reply<byte[]> reply = transport.send(call);
        return reply.status() == NOT_MODIFIED || isMissing(reply) ? null : entry(key, reply);
    }

    /** What is known of a key's state, without its value; null when there is none. */
    public @Nullable Metadata metadata(String key) {
        Transport.Reply<byte[]> reply =
                transport.send(new Call("HEAD", PercentEncoding.target(key), Call.Effect.READS));
        return isMissing(reply) ? null : metadata(reply, reply.number("Content-Length"));
    }

    /**
     * Some bytes of a value, as they are, without the codec.
     *
     * @param offset of the first, from 0
     * @param length how many at most, at least 1
     * @return null when there is no such key
     */
    public @Nullable Part part(String key, long offset, int length) {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException(
                    "a part begins at 0 or later and has at least one byte: not " + length + " bytes from " + offset);
        }
        long last = offset > Long.MAX_VALUE - length ? Long.MAX_VALUE : offset + length - 1;
        Call call = Call.get(PercentEncoding.target(key)).header("Range", "bytes=" + offset + "-" + last);
        Transport.Reply<byte[]> reply = transport.send(call);
        return switch (reply.status()) {
            case PARTIAL -> part(offset, reply);
            case RANGE_NOT_SATISFIABLE -> nothing(key, offset);
            default -> {
                if (isOfNoKey(reply)) {
                    yield null;
                }
                throw Problems.of(reply);
            }
        };
    }

    /**
     * Maps a key to a value and tells what it replaced, in one step. Costs a batch, in which both values travel; who does not
     * need the old one uses {@link #put(String, Object, WriteOptions)}. Not repeated once it may have come through.
     */
    @Override
    public @Nullable V put(String key, V value) {
        return before(batch().get(key).put(key, value));
    }

    /**
     * Maps a key to a value.
     *
     * @throws ConditionFailedException when the condition does not hold
     */
    public Written put(String key, V value, WriteOptions options) {
        Call call = new Call("PUT", PercentEncoding.target(key), Call.Effect.REPEATABLE);
        return written(transport.send(withValue(call, value, options)));
    }

    /**
     * Removes a key and tells what there was, in one step. Costs a batch; who does not need the old value uses {@link
     * #delete(String, Condition)}. Not repeated once it may have come through.
     */
    @Override
    public @Nullable V delete(String key) {
        return before(batch().get(key).delete(key));
    }

    /**
     * Removes a key. One that does not exist is no error, whatever the condition.
     *
     * @throws ConditionFailedException when there is such a key, and the condition does not hold
     */
    public Deleted delete(String key, Condition condition) {
        Call call = new Call("DELETE", PercentEncoding.target(key), Call.Effect.REPEATABLE).condition(condition);
        Transport.Reply<byte[]> reply = transport.send(call);
        return new Deleted(!isMissing(reply), reply.number("KV-Revision"));
    }

    /** Adds to a decimal number, a missing key counting as 0. */
    public Incremented increment(String key, long by) {
        return increment(key, by, WriteOptions.plain());
    }

    /**
     * Adds to a decimal number, a missing key counting as 0.
     *
     * @throws ResponseException with status 409 when the value is no number of 64 bits, or the sum would be none
     * @throws ConditionFailedException when the condition does not hold
     */
    public Incremented increment(String key, long by, WriteOptions options) {
        Call call = operation(key, "increment").parameter("by", Long.toString(by));
        Transport.Reply<byte[]> reply =
                transport.send(call.condition(options.condition()).timeToLive(options.timeToLive()));
        Written written = written(reply);
        return new Incremented(number(reply), written);
    }

    /**
     * Appends the bytes of a value to those that there are, creating the key if need be.
     *
     * @throws ResponseException with status 413 when the whole would be too long
     * @throws ConditionFailedException when the condition does not hold
     */
    public Written append(String key, V value, WriteOptions options) {
        return written(transport.send(withValue(operation(key, "append"), value, options)));
    }

    /**
     * Has a key expire after so long, its value untouched.
     *
     * @return null when there is no such key
     * @throws IllegalArgumentException for a time that {@link TimeToLive#after} refuses
     * @throws ConditionFailedException when the condition does not hold
     */
    public @Nullable Written touch(String key, Duration timeToLive, Condition condition) {
        Call call = operation(key, "touch").timeToLive(TimeToLive.after(timeToLive));
        Transport.Reply<byte[]> reply = transport.send(call.condition(condition));
        return isOfNoKey(reply) ? null : written(reply);
    }

    /**
     * Takes a key's expiry away; one without an expiry keeps its state.
     *
     * @return null when there is no such key
     * @throws ConditionFailedException when the condition does not hold
     */
    public @Nullable Written persist(String key, Condition condition) {
        Transport.Reply<byte[]> reply = transport.send(operation(key, "persist").condition(condition));
        return isOfNoKey(reply) ? null : written(reply);
    }

    // Many keys

    /** The keys that a query selects, in order; sends the request and waits for its head. */
    public Listing<V> list(Query query) {
        return new Listing<>(transport, values, query);
    }

    /**
     * All entries in key order, as {@link KeyValueStore#entries} says. A connection is held while there are more; {@link
     * #list} gives one that can be closed before.
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

    /** The number of keys, what is due left out. */
    @Override
    public long size() {
        return count(Query.all());
    }

    /**
     * How many keys a query selects.
     *
     * @throws IllegalArgumentException when it has a limit or cursor, which mean nothing here
     */
    public long count(Query query) {
        query.requireFiltersAlone("a count");
        Call call = query.addFiltersTo(new Call("HEAD", "/keys", Call.Effect.READS));
        Transport.Reply<byte[]> reply = transport.send(call);
        if (reply.status() != OK) {
            throw Problems.of(reply);
        }
        return reply.number("KV-Count");
    }

    /**
     * Deletes the keys that a query selects, for {@link Query#all} every one, in commits of at most 1,000. Not repeated once
     * it may have come through.
     *
     * @throws IllegalArgumentException when it has a limit or cursor, which mean nothing here
     */
    public DeletedMany deleteAll(Query query) {
        query.requireFiltersAlone("a deletion");
        Call call = query.addFiltersTo(new Call("DELETE", "/keys", Call.Effect.ONCE));
        Transport.Reply<byte[]> reply = transport.sendBulk(query.selectsAll() ? call.parameter("all", "true") : call);
        if (reply.status() != OK) {
            throw Problems.of(reply);
        }
        JsonNode json = Json.tree(reply);
        return new DeletedMany(Values.number(json, "deleted"), Values.number(json, "revision"));
    }

    /** Operations to be done together or not at all. */
    public Batch<V> batch() {
        return new Batch<>(transport, values, contentType);
    }

    /**
     * Changes as they happen; connects before it returns, so that none that comes after is missed.
     *
     * @throws HistoryGoneException when it cannot begin where it was to
     */
    public Watch<V> watch(WatchOptions options) {
        return new Watch<>(transport, values, options);
    }

    /**
     * Changes as they happen, for any number of subscribers. Each has a {@link Watch} of its own, that connects when it
     * subscribes, and a thread that ends with the subscription; it is given what it asked for and not more, and {@code
     * onError} what {@link Watch} would throw. {@code cancel} ends it at once; closing the client completes it.
     */
    public Flow.Publisher<WatchEvent<V>> publisher(WatchOptions options) {
        return new WatchPublisher<>(transport, values, options);
    }

    /**
     * The rows that a query selects with everything that belongs to them, as {@link #importRows} takes them: JSON, one a line,
     * then an end row.
     *
     * @param gzip whether the bytes are to be gzip data
     * @throws IllegalArgumentException when the query has a limit, a cursor or a direction, or wants no values
     */
    public Download export(Query query, boolean gzip) {
        query.requireFiltersAlone("an export");
        Call call = query.addFiltersTo(Call.get("/export"));
        return Download.of(transport.open(gzip ? call.header("Accept-Encoding", "gzip") : call));
    }

    /**
     * Takes rows as {@link #export} gives them, gzip or not, and sends them as they are read. What was committed stays,
     * whatever comes then. Not repeated.
     *
     * @param rows read to the end, and not closed
     * @throws ResponseException with status 400 for a bad row, whose line the detail tells; the problem's members {@code
     *     imported} and {@code skipped} are what was taken before
     */
    public Imported importRows(InputStream rows, ImportMode mode) {
        InputStream kept = new FilterInputStream(rows) {
            @Override
            public void close() {
                // it is the caller's
            }
        };
        Call call = new Call("POST", "/import", Call.Effect.ONCE)
                .parameter("mode", mode.name().toLowerCase(Locale.ROOT))
                .body(BodyPublishers.ofInputStream(() -> kept));
        Transport.Reply<byte[]> reply = transport.sendBulk(call);
        if (reply.status() != OK) {
            throw Problems.of(reply);
        }
        JsonNode json = Json.tree(reply);
        return new Imported(
                Values.number(json, "imported"),
                Values.number(json, "skipped"),
                json.path("deleted").asLong(),
                Values.number(json, "revision"));
    }

    /** The server as a whole. */
    public Admin admin() {
        return admin;
    }

    /**
     * Ends the watches that are open, and has everything else throw that is called from now on; requests under way are the
     * caller's to await, and downloads to close. Further calls do nothing. Connections that were kept are closed when
     * nothing refers to the client any longer.
     */
    @Override
    public void close() {
        transport.close();
    }

    // Requests and answers

    private static Call operation(String key, String name) {
        return new Call("POST", PercentEncoding.target(key), Call.Effect.ONCE).parameter("op", name);
    }

    private Call withValue(Call call, V value, WriteOptions options) {
        String type = options.contentType() == null ? contentType : options.contentType();
        if (type != null) {
            call.header("Content-Type", type);
        }
        return call.condition(options.condition())
                .timeToLive(options.timeToLive())
                .body(values.bytes(value));
    }

    /** What the get at the beginning of a batch has read. */
    private @Nullable V before(Batch<V> batch) {
        Row<V> row = batch.commit().results().get(0).row();
        return row == null ? null : row.value();
    }

    /** @throws ResponseException when it is another error than that */
    private static boolean isMissing(Transport.Reply<byte[]> reply) {
        if (reply.status() != OK && !isOfNoKey(reply)) {
            throw Problems.of(reply);
        }
        return reply.status() == NOT_FOUND;
    }

    /** Whether a server said that there is no such key: it tells its revision, and who has nothing at that path does not. */
    private static boolean isOfNoKey(Transport.Reply<byte[]> reply) {
        return reply.status() == NOT_FOUND && reply.header("KV-Revision") != null;
    }

    private static Written written(Transport.Reply<byte[]> reply) {
        if (reply.status() != OK && reply.status() != CREATED) {
            throw Problems.of(reply);
        }
        return new Written(reply.etag(), reply.number("KV-Revision"), reply.status() == CREATED);
    }

    private static long number(Transport.Reply<byte[]> reply) {
        String text = new String(reply.response().body(), StandardCharsets.US_ASCII);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UnreadableAnswerException("an increment was answered with no number", true, e);
        }
    }

    private Entry<V> entry(String key, Transport.Reply<byte[]> reply) {
        byte[] bytes = reply.response().body();
        return new Entry<>(key, values.value(bytes), metadata(reply, bytes.length));
    }

    private static Part part(long offset, Transport.Reply<byte[]> reply) {
        String range = reply.required("Content-Range");
        try {
            long whole = Long.parseLong(range.substring(range.indexOf('/') + 1));
            return new Part(offset, reply.response().body(), metadata(reply, whole));
        } catch (NumberFormatException e) {
            throw new UnreadableAnswerException("the answer does not tell how long the whole value is", false, e);
        }
    }

    private @Nullable Part nothing(String key, long offset) {
        Metadata metadata = metadata(key);
        return metadata == null ? null : new Part(offset, new byte[0], metadata);
    }

    private static Metadata metadata(Transport.Reply<byte[]> reply, long length) {
        String left = reply.header("KV-TTL");
        try {
            return new Metadata(
                    reply.etag(),
                    reply.number("KV-Revision"),
                    length,
                    reply.required("Content-Type"),
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(reply.required("Last-Modified"), Instant::from),
                    left == null ? null : Duration.ofSeconds(Long.parseLong(left)));
        } catch (DateTimeException | NumberFormatException e) {
            throw new UnreadableAnswerException("the answer has a header that is no time", false, e);
        }
    }
}
