package io.kvstore.client;

import io.kvstore.storage.Codec;
import io.kvstore.storage.KeyValueStore;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of a server. Safe for use by any number of threads; one is enough for a program, for it keeps
 * connections and shares them.
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
 * <p><b>Errors.</b> Every method throws {@link ClientException}s; {@link io.kvstore.storage.StoreException.Closed} after
 * {@link #close}; a {@link NullPointerException} for null. An interrupt ends a call with a {@link
 * ConnectionFailedException}, and stays set.
 *
 * <p><b>As a {@link KeyValueStore}</b> it keeps that contract with these differences: other failures than of a closed client
 * are {@link ClientException}s, and {@link #size} costs a request.
 *
 * @param <V> the type of values
 */
public final class KeyValueClient<V> implements KeyValueStore<String, V> {

    private KeyValueClient() {}

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
        throw new UnsupportedOperationException();
    }

    /** The value of a key with what is known of its state, or null when there is none. */
    public @Nullable Entry<V> entry(String key) {
        throw new UnsupportedOperationException();
    }

    /**
     * As {@link #entry}, unless the key is in a state that is known already.
     *
     * @return null when it still is in that state, or there is no such key: {@link #metadata} tells which
     */
    public @Nullable Entry<V> entryUnless(String key, ETag known) {
        throw new UnsupportedOperationException();
    }

    /** What is known of a key's state, without its value; null when there is none. */
    public @Nullable Metadata metadata(String key) {
        throw new UnsupportedOperationException();
    }

    /**
     * Some bytes of a value, as they are, without the codec.
     *
     * @param offset of the first, from 0
     * @param length how many at most, at least 1
     * @return null when there is no such key
     */
    public @Nullable Part part(String key, long offset, int length) {
        throw new UnsupportedOperationException();
    }

    /**
     * Maps a key to a value and tells what it replaced, in one step. Costs a batch, in which both values travel; who does not
     * need the old one uses {@link #put(String, Object, WriteOptions)}. Not repeated once it may have come through.
     */
    @Override
    public @Nullable V put(String key, V value) {
        throw new UnsupportedOperationException();
    }

    /**
     * Maps a key to a value.
     *
     * @throws ConditionFailedException when the condition does not hold
     */
    public Written put(String key, V value, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes a key and tells what there was, in one step. Costs a batch; who does not need the old value uses {@link
     * #delete(String, Condition)}. Not repeated once it may have come through.
     */
    @Override
    public @Nullable V delete(String key) {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes a key. One that does not exist is no error, whatever the condition.
     *
     * @throws ConditionFailedException when there is such a key, and the condition does not hold
     */
    public Deleted delete(String key, Condition condition) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * Appends the bytes of a value to those that there are, creating the key if need be.
     *
     * @throws ResponseException with status 413 when the whole would be too long
     * @throws ConditionFailedException when the condition does not hold
     */
    public Written append(String key, V value, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * Has a key expire after so long, its value untouched.
     *
     * @return null when there is no such key
     * @throws IllegalArgumentException for a time that {@link TimeToLive#after} refuses
     * @throws ConditionFailedException when the condition does not hold
     */
    public @Nullable Written touch(String key, Duration timeToLive, Condition condition) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a key's expiry away; one without an expiry keeps its state.
     *
     * @return null when there is no such key
     * @throws ConditionFailedException when the condition does not hold
     */
    public @Nullable Written persist(String key, Condition condition) {
        throw new UnsupportedOperationException();
    }

    // Many keys

    /** The keys that a query selects, in order; sends the request and waits for its head. */
    public Listing<V> list(Query query) {
        throw new UnsupportedOperationException();
    }

    /**
     * All entries in key order, as {@link KeyValueStore#entries} says. A connection is held while there are more; {@link
     * #list} gives one that can be closed before.
     */
    @Override
    public Iterator<Map.Entry<String, V>> entries() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes the keys that a query selects, for {@link Query#all} every one, in commits of at most 1,000. Not repeated once
     * it may have come through.
     *
     * @throws IllegalArgumentException when it has a limit or cursor, which mean nothing here
     */
    public DeletedMany deleteAll(Query query) {
        throw new UnsupportedOperationException();
    }

    /** Operations to be done together or not at all. */
    public Batch<V> batch() {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes as they happen; connects before it returns, so that none that comes after is missed.
     *
     * @throws HistoryGoneException when it cannot begin where it was to
     */
    public Watch<V> watch(WatchOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes as they happen, for any number of subscribers. Each has a {@link Watch} of its own, that connects when it
     * subscribes, and a thread that ends with the subscription; it is given what it asked for and not more, and {@code
     * onError} what {@link Watch} would throw. {@code cancel} ends it at once; closing the client completes it.
     */
    public Flow.Publisher<WatchEvent<V>> publisher(WatchOptions options) {
        throw new UnsupportedOperationException();
    }

    /**
     * The rows that a query selects with everything that belongs to them, as {@link #importRows} takes them: JSON, one a line,
     * then an end row.
     *
     * @param gzip whether the bytes are to be gzip data
     * @throws IllegalArgumentException when the query has a limit, a cursor or a direction, or wants no values
     */
    public Download export(Query query, boolean gzip) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /** The server as a whole. */
    public Admin admin() {
        throw new UnsupportedOperationException();
    }

    /** Ends what watches and listings are open. Further calls do nothing; requests under way are the caller's to await. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
