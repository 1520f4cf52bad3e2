package io.kvstore.client;

import io.kvstore.store.Codec;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The settings of a client. For one thread. */
public final class KeyValueClientBuilder<V> {

    private final URI address;
    private final Codec<V> codec;
    private @Nullable Supplier<String> token;
    private @Nullable SSLContext tls;
    private @Nullable String contentType;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(30);
    private Duration bulkTimeout = Duration.ofHours(1);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private RetryPolicy retries = RetryPolicy.usual();
    private RandomGenerator random = new Random();
    private Waits waits = Waits.REAL;

    KeyValueClientBuilder(URI address, Codec<V> codec) {
        this.address = checked(address);
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** Sends a token with every request; {@link #tls} keeps it from being read on the way. */
    public KeyValueClientBuilder<V> token(String token) {
        return token(() -> token);
    }

    /** Sends with every request the token that is given then, so that it can be renewed. Called by any thread. */
    public KeyValueClientBuilder<V> token(Supplier<String> token) {
        this.token = Objects.requireNonNull(token, "token");
        return this;
    }

    /** Whom to trust, and which certificate to show: see {@link Certificates}. Else the JDK's own. For {@code https:}. */
    public KeyValueClientBuilder<V> tls(SSLContext context) {
        tls = Objects.requireNonNull(context, "context");
        return this;
    }

    /** The content type that values are written with; none where it is not called, and the server tells text from bytes. */
    public KeyValueClientBuilder<V> contentType(String type) {
        WriteOptions.checkContentType(type);
        contentType = type;
        return this;
    }

    /** How long to wait for a connection: 10 s where it is not called. */
    public KeyValueClientBuilder<V> connectTimeout(Duration time) {
        connectTimeout = positive(time);
        return this;
    }

    /** How long one attempt of a request may take from its begin to the last byte of its answer: 30 s where it is not called. */
    public KeyValueClientBuilder<V> timeout(Duration time) {
        timeout = positive(time);
        return this;
    }

    /**
     * How long those may take that are the longer the more there is in the store, as the deletion of many keys, an import, a
     * checkpoint, a compaction: an hour where it is not called.
     */
    public KeyValueClientBuilder<V> bulkTimeout(Duration time) {
        bulkTimeout = positive(time);
        return this;
    }

    /**
     * How long a listing, a download or a watch may bring no byte: 60 s where it is not called. A watch has a sign of life
     * every 15 s.
     */
    public KeyValueClientBuilder<V> idleTimeout(Duration time) {
        idleTimeout = positive(time);
        return this;
    }

    /** How often to try, and how long to wait in between: {@link RetryPolicy#usual} where it is not called. */
    public KeyValueClientBuilder<V> retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** How time passes between attempts. */
    KeyValueClientBuilder<V> waits(Waits given) {
        waits = given;
        return this;
    }

    /** Where the chance in the waits comes from; must be safe for use by several threads. */
    public KeyValueClientBuilder<V> random(RandomGenerator generator) {
        random = Objects.requireNonNull(generator, "generator");
        return this;
    }

    /**
     * A client; connects when it is first used.
     *
     * @throws IllegalStateException where the system property {@code jdk.httpclient.enableAllMethodRetry} is set, with which
     *     the JDK repeats an increment by itself
     */
    public KeyValueClient<V> build() {
        // Where it is set, even to nothing, but not to false: as the JDK reads it.
        String retryAll = System.getProperty("jdk.httpclient.enableAllMethodRetry");
        if (retryAll != null && (retryAll.isEmpty() || Boolean.parseBoolean(retryAll))) {
            throw new IllegalStateException(
                    "the system property jdk.httpclient.enableAllMethodRetry has the JDK repeat any"
                            + " request by itself, an increment too: take it away");
        }
        Settings settings = new Settings(
                address, token, tls, connectTimeout, timeout, bulkTimeout, idleTimeout, retries, random, waits);
        return new KeyValueClient<>(new Transport(settings), new Values<>(codec), contentType);
    }

    private static URI checked(URI address) {
        boolean http = "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
        if (!http
                || address.getHost() == null
                || address.getRawUserInfo() != null
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "an address is as in http://127.0.0.1:8080 or https://kv.example.org, without user, query or"
                            + " fragment, not " + (address.getRawUserInfo() == null ? address : "one with a user"));
        }
        return address;
    }

    private static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a timeout is longer than nothing, not " + time);
        }
        return time;
    }
}
