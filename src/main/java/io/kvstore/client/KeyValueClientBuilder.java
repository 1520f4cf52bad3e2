package io.kvstore.client;

import io.kvstore.storage.Codec;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/** The settings of a client. For one thread. */
public final class KeyValueClientBuilder<V> {

    KeyValueClientBuilder(URI address, Codec<V> codec) {
        throw new UnsupportedOperationException();
    }

    /** Sends a token with every request; {@link #tls} keeps it from being read on the way. */
    public KeyValueClientBuilder<V> token(String token) {
        return token(() -> token);
    }

    /** Sends with every request the token that is given then, so that it can be renewed. Called by any thread. */
    public KeyValueClientBuilder<V> token(Supplier<String> token) {
        throw new UnsupportedOperationException();
    }

    /** Whom to trust, and which certificate to show: see {@link Certificates}. Else the JDK's own. For {@code https:}. */
    public KeyValueClientBuilder<V> tls(SSLContext context) {
        throw new UnsupportedOperationException();
    }

    /** The content type that values are written with; none where it is not called, and the server tells text from bytes. */
    public KeyValueClientBuilder<V> contentType(String type) {
        throw new UnsupportedOperationException();
    }

    /** How long to wait for a connection: 10 s where it is not called. */
    public KeyValueClientBuilder<V> connectTimeout(Duration time) {
        throw new UnsupportedOperationException();
    }

    /** How long one attempt of a request may take from its begin to the last byte of its answer: 30 s where it is not called. */
    public KeyValueClientBuilder<V> timeout(Duration time) {
        throw new UnsupportedOperationException();
    }

    /**
     * How long those may take that are the longer the more there is in the store, as the deletion of many keys, an import, a
     * checkpoint, a compaction: an hour where it is not called.
     */
    public KeyValueClientBuilder<V> bulkTimeout(Duration time) {
        throw new UnsupportedOperationException();
    }

    /**
     * How long a listing, a download or a watch may bring no byte: 60 s where it is not called. A watch has a sign of life
     * every 15 s.
     */
    public KeyValueClientBuilder<V> idleTimeout(Duration time) {
        throw new UnsupportedOperationException();
    }

    /** How often to try, and how long to wait in between: {@link RetryPolicy#usual} where it is not called. */
    public KeyValueClientBuilder<V> retries(RetryPolicy policy) {
        throw new UnsupportedOperationException();
    }

    /** Where the chance in the waits comes from; must be safe for use by several threads. */
    public KeyValueClientBuilder<V> random(RandomGenerator generator) {
        throw new UnsupportedOperationException();
    }

    /**
     * A client; connects when it is first used.
     *
     * @throws IllegalStateException where the system property {@code jdk.httpclient.enableAllMethodRetry} is set, with which
     *     the JDK repeats an increment by itself
     */
    public KeyValueClient<V> build() {
        throw new UnsupportedOperationException();
    }
}
