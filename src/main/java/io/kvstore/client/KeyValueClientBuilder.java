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

/** Builds a client from its settings. Not thread-safe. */
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
    private RetryPolicy retries = RetryPolicy.defaults();
    private RandomGenerator random = new Random();
    private Sleeper sleeper = Sleeper.SYSTEM;

    KeyValueClientBuilder(URI address, Codec<V> codec) {
        this.address = requireValid(address);
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** Sets the token that every request carries. Use {@link #tls}, so that the token is not sent in plain text. */
    public KeyValueClientBuilder<V> token(String token) {
        return token(() -> token);
    }

    /** Sets a supplier that is called for each request, so that the token can be renewed. Any thread may call it. */
    public KeyValueClientBuilder<V> token(Supplier<String> token) {
        this.token = Objects.requireNonNull(token, "token");
        return this;
    }

    /**
     * Sets the trusted certificates and the client certificate for {@code https:}; see {@link Certificates} (default:
     * those of the JVM).
     */
    public KeyValueClientBuilder<V> tls(SSLContext context) {
        tls = Objects.requireNonNull(context, "context");
        return this;
    }

    /** Sets the content type of written values (default: none; the server then derives it from the bytes). */
    public KeyValueClientBuilder<V> contentType(String type) {
        WriteOptions.checkContentType(type);
        contentType = type;
        return this;
    }

    /** Sets how long to wait for a connection (default: 10 s). */
    public KeyValueClientBuilder<V> connectTimeout(Duration time) {
        connectTimeout = requirePositive(time);
        return this;
    }

    /** Sets the timeout of a single attempt, from its start to the last byte of the response (default: 30 s). */
    public KeyValueClientBuilder<V> timeout(Duration time) {
        timeout = requirePositive(time);
        return this;
    }

    /**
     * Sets the timeout of requests whose duration grows with the size of the store: deletion of many keys, import,
     * checkpoint, compaction (default: 1 h).
     */
    public KeyValueClientBuilder<V> bulkTimeout(Duration time) {
        bulkTimeout = requirePositive(time);
        return this;
    }

    /**
     * Sets how long a listing, download or watch may receive no byte (default: 60 s). The server sends a heartbeat to
     * a watch every 15 s.
     */
    public KeyValueClientBuilder<V> idleTimeout(Duration time) {
        idleTimeout = requirePositive(time);
        return this;
    }

    /** Sets the number of attempts and the delays between them (default: {@link RetryPolicy#defaults}). */
    public KeyValueClientBuilder<V> retries(RetryPolicy policy) {
        retries = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** Sets how the client waits between attempts; for tests. */
    KeyValueClientBuilder<V> sleeper(Sleeper given) {
        sleeper = given;
        return this;
    }

    /** Sets the source of the random part of retry delays; it must be safe for use by several threads. */
    public KeyValueClientBuilder<V> random(RandomGenerator generator) {
        random = Objects.requireNonNull(generator, "generator");
        return this;
    }

    /**
     * Returns a client, which connects when it is first used.
     *
     * @throws IllegalStateException if the system property {@code jdk.httpclient.enableAllMethodRetry} is set: the
     *     JDK's HTTP client would then retry an increment by itself
     */
    public KeyValueClient<V> build() {
        // The JDK reads the property the same way: an empty value counts as true.
        String retryAll = System.getProperty("jdk.httpclient.enableAllMethodRetry");
        if (retryAll != null && (retryAll.isEmpty() || Boolean.parseBoolean(retryAll))) {
            throw new IllegalStateException(
                    "the system property jdk.httpclient.enableAllMethodRetry makes the JDK retry"
                            + " every request, even an increment; remove it");
        }
        Settings settings = new Settings(
                address, token, tls, connectTimeout, timeout, bulkTimeout, idleTimeout, retries, random, sleeper);
        return new KeyValueClient<>(new Transport(settings), new RowCodec<>(codec), contentType);
    }

    private static URI requireValid(URI address) {
        boolean http = "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
        boolean hasUser = address.getRawUserInfo() != null;
        if (!http
                || address.getHost() == null
                || hasUser
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "an address must be like http://127.0.0.1:8080 or https://kv.example.org, without user, query or"
                            + " fragment, not " + (hasUser ? "one with a user" : address));
        }
        return address;
    }

    private static Duration requirePositive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a timeout must be positive, not " + time);
        }
        return time;
    }
}
