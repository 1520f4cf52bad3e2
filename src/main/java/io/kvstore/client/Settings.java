package io.kvstore.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What the builder was told, see there. */
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
        Waits waits) {}
