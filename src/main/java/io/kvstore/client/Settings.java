package io.kvstore.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The settings of a client; {@link KeyValueClientBuilder} documents them. */
record Settings(
        URI address,
        @Nullable Supplier<String> token,
        @Nullable SSLContext tls,
        Duration connectTimeout,
        Duration timeout,
        Duration bulkTimeout,
        Duration idleTimeout,
        RetryPolicy retries,
        RandomGenerator random,
        Sleeper sleeper) {}
