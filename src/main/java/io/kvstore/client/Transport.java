package io.kvstore.client;

import io.kvstore.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/*
 * An attempt ends in one of four ways:
 * - No connection was established, so nothing was sent: any request may be sent again.
 * - The TLS handshake failed: sending the request again does not help.
 * - The server answered.
 * - The request was sent but no complete response arrived: the server may have executed it, so only an idempotent
 *   request is sent again. A 503 counts as this case too: a server whose store failed to write responds with 503,
 *   and it does not know whether the write survives a restart.
 */
/** Sends requests, and retries them if that is safe and may help. Safe for use by any number of threads. */
final class Transport {

    private static final int UNAVAILABLE = 503;
    private static final int TOKEN_CHARS_MIN = '!';
    private static final int TOKEN_CHARS_MAX = '~';

    private final Settings settings;
    private final HttpClient http;
    private final String root;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Set<Runnable> onClose = ConcurrentHashMap.newKeySet();

    /**
     * A response and the request that it answers.
     *
     * @param mayHaveExecuted whether the server may have executed an earlier attempt
     */
    record Reply<T>(ClientRequest request, HttpResponse<T> response, boolean mayHaveExecuted) {

        int status() {
            return response.statusCode();
        }

        /** Returns whether the server may have executed the request, if this is an error response. */
        boolean outcomeUnknown() {
            return request.writes() && (mayHaveExecuted || ErrorDecoder.leavesOutcomeUnknown(status()));
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** @throws ClientException.UnreadableResponse if the header is absent */
        String required(String name) {
            String value = header(name);
            if (value == null) {
                throw unreadable("no header " + name + "; check that the address is that of a KVStore server", null);
            }
            return value;
        }

        /** @throws ClientException.UnreadableResponse if there is no strong ETag; a proxy may have weakened it */
        ETag etag() {
            String tag = required("ETag");
            try {
                return new ETag(tag);
            } catch (IllegalArgumentException e) {
                throw unreadable("an ETag that is not from a KVStore server: " + tag, e);
            }
        }

        /** @throws ClientException.UnreadableResponse if the header is absent or not a number */
        long number(String name) {
            String value = required(name);
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw unreadable("a header " + name + " that is not a number: " + value, e);
            }
        }

        private ClientException.UnreadableResponse unreadable(String what, @Nullable Exception cause) {
            return new ClientException.UnreadableResponse("the response has " + what, request.writes(), cause);
        }
    }

    Transport(Settings settings) {
        this.settings = settings;
        URI address = settings.address();
        String path = address.getRawPath();
        this.root = address.getScheme() + "://" + address.getRawAuthority()
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        // HTTP/2 gains nothing here, and offering the upgrade would add headers to the first request of a connection.
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout());
        if (settings.tls() != null) {
            builder.sslContext(settings.tls());
        } else if ("http".equalsIgnoreCase(address.getScheme())) {
            builder.sslContext(new NoTls());
        }
        this.http = builder.build();
    }

    /** Sends a request and reads its response, which must be short. */
    Reply<byte[]> send(ClientRequest request) {
        return exchange(
                request,
                BodyHandlers::ofByteArray,
                settings.timeout(),
                settings.retries().attempts(),
                null);
    }

    /** Like {@link #send}, for requests whose duration grows with the size of the store. */
    Reply<byte[]> sendBulk(ClientRequest request) {
        return exchange(
                request,
                BodyHandlers::ofByteArray,
                settings.bulkTimeout(),
                settings.retries().attempts(),
                null);
    }

    /** Like {@link #send}, without retries. */
    Reply<byte[]> sendOnce(ClientRequest request) {
        return exchange(request, BodyHandlers::ofByteArray, settings.timeout(), 1, null);
    }

    /**
     * Sends a request whose response may have any length, and returns when its head has arrived.
     *
     * @throws ClientException.ErrorResponse if the response is an error, whose body is read first
     */
    Reply<BodyStream> open(ClientRequest request) {
        return open(request, settings.retries().attempts(), null);
    }

    /** Like {@link #open(ClientRequest)}; fails as soon as {@code cancelled} completes. */
    Reply<BodyStream> open(ClientRequest request, CompletableFuture<Void> cancelled) {
        return open(request, settings.retries().attempts(), cancelled);
    }

    /**
     * Like {@link #open(ClientRequest)}, with a given number of attempts.
     *
     * @param cancelled ends the wait for the response when it completes
     */
    Reply<BodyStream> open(ClientRequest request, int attempts, @Nullable CompletableFuture<Void> cancelled) {
        Reply<BodyStream> reply = exchange(
                request, () -> head -> new BodyStream(settings.idleTimeout()), settings.timeout(), attempts, cancelled);
        if (reply.status() == 200) {
            return reply;
        }
        try (BodyStream body = reply.response().body()) {
            throw ErrorDecoder.decode(reply, body.readAllBytes());
        } catch (IOException e) {
            throw failure(request, e, reply.mayHaveExecuted(), 1);
        }
    }

    private <T> Reply<T> exchange(
            ClientRequest request,
            Supplier<BodyHandler<T>> handler,
            Duration timeout,
            int attempts,
            @Nullable CompletableFuture<Void> cancelled) {
        boolean mayHaveExecuted = false;
        for (int attempt = 1; ; attempt++) {
            Duration atLeast = Duration.ZERO;
            try {
                HttpResponse<T> response = attempt(request, handler.get(), timeout, cancelled);
                Duration retryAfter = attempt < attempts ? retryAfter(request, response) : null;
                if (retryAfter == null) {
                    return new Reply<>(request, response, mayHaveExecuted);
                }
                if (response.body() instanceof BodyStream body) {
                    body.close();
                }
                atLeast = retryAfter;
                mayHaveExecuted = request.writes();
            } catch (IOException e) {
                boolean sent = wasSent(e);
                mayHaveExecuted |= sent && request.writes();
                if (attempt >= attempts || e instanceof SSLHandshakeException || (sent && !request.isRetryable())) {
                    throw failure(request, e, mayHaveExecuted, attempt);
                }
            } catch (InterruptedException e) {
                throw interrupted(request, true, e);
            }
            pause(request, attempt, atLeast, mayHaveExecuted);
        }
    }

    /** Returns the delay after which to retry a request that the server is too busy for, or null for no retry. */
    private @Nullable Duration retryAfter(ClientRequest request, HttpResponse<?> response) {
        if (response.statusCode() != UNAVAILABLE || !request.isRetryable()) {
            return null;
        }
        Duration delay = ErrorDecoder.retryAfter(response.headers());
        return delay == null || delay.compareTo(settings.retries().longest()) > 0 ? null : delay;
    }

    /**
     * Waits before the retry of a request whose response was incomplete.
     *
     * @param attempts number of consecutive attempts that returned no data
     * @throws ClientException.ConnectionFailed if that is the limit of the {@link RetryPolicy}
     */
    void awaitRetry(ClientRequest request, IOException cause, int attempts) {
        if (cause instanceof InterruptedIOException
                || attempts >= settings.retries().attempts()) {
            throw failure(request, cause, false, attempts);
        }
        pause(request, attempts, Duration.ZERO, false);
    }

    private void pause(ClientRequest request, int attempt, Duration atLeast, boolean mayHaveExecuted) {
        try {
            pause(attempt, atLeast, closed);
        } catch (InterruptedException e) {
            throw interrupted(request, mayHaveExecuted, e);
        }
    }

    /** Returns the delay after a number of consecutive failed attempts. */
    private Duration backoff(int attempts, Duration atLeast) {
        RetryPolicy policy = settings.retries();
        Duration delay = policy.first();
        for (int i = 1; i < attempts && delay.compareTo(policy.longest()) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        long nanos = Math.min(delay.toNanos(), policy.longest().toNanos());
        long jittered = nanos / 2 + settings.random().nextLong(nanos - nanos / 2 + 1);
        return Duration.ofNanos(Math.max(jittered, atLeast.toNanos()));
    }

    /** Waits before the next attempt, without limiting their number; returns early if {@code wakeUp} completes. */
    void pause(int attempts, Duration atLeast, CompletableFuture<Void> wakeUp) throws InterruptedException {
        settings.sleeper().sleep(backoff(attempts, atLeast), wakeUp);
    }

    private <T> HttpResponse<T> attempt(
            ClientRequest request,
            BodyHandler<T> handler,
            Duration timeout,
            @Nullable CompletableFuture<Void> cancelled)
            throws IOException, InterruptedException {
        requireOpen();
        CompletableFuture<HttpResponse<T>> response = http.sendAsync(httpRequest(request), handler);
        CompletableFuture<?> first = cancelled == null ? response : CompletableFuture.anyOf(response, cancelled);
        try {
            first.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (response.isDone()) {
                return response.get();
            }
            response.cancel(true);
            throw new IOException("the watch was closed before the response arrived");
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new IOException("no complete response within " + timeout, e);
        } catch (InterruptedException e) {
            response.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        }
    }

    private HttpRequest httpRequest(ClientRequest request) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(root + request.target())).method(request.method(), request.body());
        for (Map.Entry<String, String> header : request.headers()) {
            builder.header(header.getKey(), header.getValue());
        }
        Supplier<String> token = settings.token();
        if (token != null) {
            builder.header("Authorization", "Bearer " + requireValid(token.get()));
        }
        return builder.build();
    }

    /** Its message must not quote the token. */
    private static String requireValid(String token) {
        if (token.isEmpty() || !token.chars().allMatch(c -> c >= TOKEN_CHARS_MIN && c <= TOKEN_CHARS_MAX)) {
            throw new IllegalArgumentException(
                    "a token must be printable ASCII without spaces; the given one is empty or has other characters");
        }
        return token;
    }

    private static boolean wasSent(IOException e) {
        return !(e instanceof ConnectException
                || e instanceof HttpConnectTimeoutException
                || e instanceof SSLHandshakeException);
    }

    private ClientException.ConnectionFailed failure(
            ClientRequest request, IOException e, boolean mayHaveExecuted, int attempts) {
        StringBuilder message =
                new StringBuilder(request.method()).append(" at ").append(root);
        if (e instanceof SSLHandshakeException) {
            message.append(": TLS handshake failed; check the certificates that each side trusts: ");
        } else if (wasSent(e)) {
            message.append(": no complete response: ");
        } else {
            message.append(": cannot connect: ");
        }
        message.append(reason(e));
        if (attempts > 1) {
            message.append("; tried ").append(attempts).append(" times");
        }
        if (mayHaveExecuted) {
            message.append("; the server may have executed the request");
        }
        return new ClientException.ConnectionFailed(
                message.toString(), mayHaveExecuted, !(e instanceof SSLHandshakeException), e);
    }

    /** Returns the first message among the causes: the JDK's connection exceptions mostly have none of their own. */
    private static String reason(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "unknown host";
            }
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage();
            }
        }
        return e instanceof ConnectException
                ? "connection refused"
                : e.getClass().getSimpleName();
    }

    private ClientException.ConnectionFailed interrupted(
            ClientRequest request, boolean mayHaveExecuted, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClientException.ConnectionFailed(
                request.method() + " at " + root + ": the thread was interrupted",
                mayHaveExecuted && request.writes(),
                false,
                e);
    }

    /** Registers a task to run when the client is closed; runs it now if it already is. It must not block. */
    void onClose(Runnable task) {
        onClose.add(task);
        if (isClosed()) {
            close();
        }
    }

    void removeOnClose(Runnable task) {
        onClose.remove(task);
    }

    /** Ends every wait between attempts, and runs the tasks registered with {@link #onClose}. */
    void close() {
        closed.complete(null);
        for (Runnable task : onClose) {
            task.run();
        }
        onClose.clear();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** @throws StoreException.Closed if the client is closed */
    void requireOpen() {
        if (isClosed()) {
            throw new StoreException.Closed();
        }
    }
}
