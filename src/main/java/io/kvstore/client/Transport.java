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
 * An attempt ends in one of four ways. It was not sent, for nobody took the connection: it may be sent again, whatever it is.
 * It was refused by a handshake of TLS: to send it again helps nothing. It was answered. Or it was sent, and no whole answer
 * came: it may have been carried out, and only what may be done twice is sent again. A 503 is an answer of the last kind, for a
 * store that failed to write answers with it too, and cannot tell what will be there when it is opened again.
 */
/** Sends requests, and sends them again where that is safe and may help. Safe for use by any number of threads. */
final class Transport {

    private static final int UNAVAILABLE = 503;
    private static final int TOKEN_CHARS_MIN = '!';
    private static final int TOKEN_CHARS_MAX = '~';

    private final Settings settings;
    private final HttpClient http;
    private final String root;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Set<Closing> open = ConcurrentHashMap.newKeySet();

    /**
     * An answer.
     *
     * @param unsure whether an attempt before the one that got it may have been carried out
     */
    record Reply<T>(Call call, HttpResponse<T> response, boolean unsure) {

        int status() {
            return response.statusCode();
        }

        /** Whether the request may have been carried out, given that this is an error. */
        boolean outcomeUnknown() {
            return call.changes() && (unsure || Problems.leavesOutcomeUnknown(status()));
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** @throws UnreadableAnswerException when there is no such header */
        String required(String name) {
            String value = header(name);
            if (value == null) {
                throw new UnreadableAnswerException(
                        "the answer has no header " + name + ": is that a KVStore server?", call.changes(), null);
            }
            return value;
        }

        /** @throws UnreadableAnswerException when there is no strong tag, which a proxy may have weakened */
        ETag etag() {
            String tag = required("ETag");
            try {
                return new ETag(tag);
            } catch (IllegalArgumentException e) {
                throw new UnreadableAnswerException("the answer's ETag is none of a KVStore server", call.changes(), e);
            }
        }

        /** @throws UnreadableAnswerException when there is no such header, or it is no number */
        long number(String name) {
            String value = required(name);
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new UnreadableAnswerException("the answer's header " + name + " is no number", call.changes(), e);
            }
        }
    }

    Transport(Settings settings) {
        this.settings = settings;
        URI address = settings.address();
        String path = address.getRawPath();
        this.root = address.getScheme() + "://" + address.getRawAuthority()
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        // Of HTTP/2 there is nothing to gain, and its offer would go with every first request.
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout());
        if (settings.tls() != null) {
            builder.sslContext(settings.tls());
        } else if ("http".equalsIgnoreCase(address.getScheme())) {
            builder.sslContext(new NoTls());
        }
        this.http = builder.build();
    }

    /** Sends a request whose answer is short, and reads it. */
    Reply<byte[]> send(Call call) {
        return exchange(
                call,
                BodyHandlers::ofByteArray,
                settings.timeout(),
                settings.retries().attempts(),
                null);
    }

    /** As {@link #send}, of what takes the longer the more there is in the store. */
    Reply<byte[]> sendBulk(Call call) {
        return exchange(
                call,
                BodyHandlers::ofByteArray,
                settings.bulkTimeout(),
                settings.retries().attempts(),
                null);
    }

    /** As {@link #send}, but once. */
    Reply<byte[]> sendOnce(Call call) {
        return exchange(call, BodyHandlers::ofByteArray, settings.timeout(), 1, null);
    }

    /**
     * Sends a request whose answer may be of any length; of an error it is read.
     *
     * @throws ResponseException when the answer is an error
     */
    Reply<BodyStream> open(Call call) {
        return open(call, settings.retries().attempts(), null);
    }

    /** As {@link #open(Call)}, unless something has ended before. */
    Reply<BodyStream> open(Call call, CompletableFuture<Void> ended) {
        return open(call, settings.retries().attempts(), ended);
    }

    /**
     * As {@link #open(Call)}, so often.
     *
     * @param ended once it is complete, the wait for the answer ends
     */
    Reply<BodyStream> open(Call call, int attempts, @Nullable CompletableFuture<Void> ended) {
        Reply<BodyStream> reply = exchange(
                call, () -> head -> new BodyStream(settings.idleTimeout()), settings.timeout(), attempts, ended);
        if (reply.status() == 200) {
            return reply;
        }
        try (BodyStream body = reply.response().body()) {
            throw Problems.of(reply, body.readAllBytes());
        } catch (IOException e) {
            throw failed(call, e, reply.unsure(), 1);
        }
    }

    private <T> Reply<T> exchange(
            Call call,
            Supplier<BodyHandler<T>> handler,
            Duration timeout,
            int attempts,
            @Nullable CompletableFuture<Void> ended) {
        boolean unsure = false;
        for (int attempt = 1; ; attempt++) {
            Duration atLeast = Duration.ZERO;
            try {
                HttpResponse<T> response = attempt(call, handler.get(), timeout, ended);
                Duration retryAfter = attempt < attempts ? retryAfter(call, response) : null;
                if (retryAfter == null) {
                    return new Reply<>(call, response, unsure);
                }
                if (response.body() instanceof BodyStream body) {
                    body.close();
                }
                atLeast = retryAfter;
                unsure = call.changes();
            } catch (IOException e) {
                boolean sent = isSent(e);
                unsure |= sent && call.changes();
                if (attempt >= attempts || e instanceof SSLHandshakeException || (sent && !call.isRepeatable())) {
                    throw failed(call, e, unsure, attempt);
                }
            } catch (InterruptedException e) {
                throw interrupted(call, true, e);
            }
            pause(call, attempt, atLeast, unsure);
        }
    }

    /** When an answer says that the same request may be answered better; null where it does not, or may not be sent again. */
    private @Nullable Duration retryAfter(Call call, HttpResponse<?> response) {
        if (response.statusCode() != UNAVAILABLE || !call.isRepeatable()) {
            return null;
        }
        Duration wait = Problems.retryAfter(response.headers());
        return wait == null || wait.compareTo(settings.retries().longest()) > 0 ? null : wait;
    }

    /**
     * Waits before an answer that was cut off is asked for again.
     *
     * @param attempts how many in a row brought nothing
     * @throws ConnectionFailedException when those were enough
     */
    void awaitRetry(Call call, IOException broken, int attempts) {
        if (broken instanceof InterruptedIOException
                || attempts >= settings.retries().attempts()) {
            throw failed(call, broken, false, attempts);
        }
        pause(call, attempts, Duration.ZERO, false);
    }

    private void pause(Call call, int attempt, Duration atLeast, boolean unsure) {
        try {
            pause(attempt, atLeast, closed);
        } catch (InterruptedException e) {
            throw interrupted(call, unsure, e);
        }
    }

    /** How long to wait after so many attempts that failed one after the other. */
    private Duration backoff(int attempt, Duration atLeast) {
        RetryPolicy policy = settings.retries();
        Duration wait = policy.first();
        for (int i = 1; i < attempt && wait.compareTo(policy.longest()) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        long nanos = Math.min(wait.toNanos(), policy.longest().toNanos());
        long jittered = nanos / 2 + settings.random().nextLong(nanos - nanos / 2 + 1);
        return Duration.ofNanos(Math.max(jittered, atLeast.toNanos()));
    }

    /** Waits before attempts that nobody counts; until something has ended at most. */
    void pause(int attempt, Duration atLeast, CompletableFuture<Void> ended) throws InterruptedException {
        settings.waits().await(backoff(attempt, atLeast), ended);
    }

    private <T> HttpResponse<T> attempt(
            Call call, BodyHandler<T> handler, Duration timeout, @Nullable CompletableFuture<Void> ended)
            throws IOException, InterruptedException {
        requireOpen();
        CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request(call), handler);
        CompletableFuture<?> first = ended == null ? answer : CompletableFuture.anyOf(answer, ended);
        try {
            first.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (answer.isDone()) {
                return answer.get();
            }
            answer.cancel(true);
            throw new IOException("it was closed before the answer came");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no whole answer came within " + timeout, e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        }
    }

    private HttpRequest request(Call call) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + call.target())).method(call.method(), call.body());
        for (Map.Entry<String, String> header : call.headers()) {
            request.header(header.getKey(), header.getValue());
        }
        Supplier<String> token = settings.token();
        if (token != null) {
            request.header("Authorization", "Bearer " + checked(token.get()));
        }
        return request.build();
    }

    /** Such a message must not quote it. */
    private static String checked(String token) {
        if (token.isEmpty() || !token.chars().allMatch(c -> c >= TOKEN_CHARS_MIN && c <= TOKEN_CHARS_MAX)) {
            throw new IllegalArgumentException(
                    "a token is printable ASCII without spaces; this one is empty, or has another character in it");
        }
        return token;
    }

    private static boolean isSent(IOException e) {
        return !(e instanceof ConnectException
                || e instanceof HttpConnectTimeoutException
                || e instanceof SSLHandshakeException);
    }

    private ConnectionFailedException failed(Call call, IOException e, boolean unsure, int attempts) {
        boolean sent = isSent(e);
        StringBuilder message = new StringBuilder(call.method()).append(" at ").append(root);
        if (e instanceof SSLHandshakeException) {
            message.append(": the two could not agree on TLS, or do not trust each other: ");
        } else if (sent) {
            message.append(": no whole answer came: ");
        } else {
            message.append(": cannot connect: ");
        }
        message.append(reason(e));
        if (attempts > 1) {
            message.append("; tried ").append(attempts).append(" times");
        }
        if (unsure) {
            message.append("; it may have been carried out nevertheless");
        }
        return new ConnectionFailedException(message.toString(), unsure, !(e instanceof SSLHandshakeException), e);
    }

    /** The JDK's exceptions of connections mostly have no message of their own. */
    private static String reason(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "there is no host of that name";
            }
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage();
            }
        }
        return e instanceof ConnectException
                ? "the connection was refused"
                : e.getClass().getSimpleName();
    }

    private ConnectionFailedException interrupted(Call call, boolean unsure, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ConnectionFailedException(
                call.method() + " at " + root + ": the thread was interrupted", unsure && call.changes(), false, e);
    }

    /** What is closed with the client: it tells its reader, and waits for nothing. */
    @FunctionalInterface
    interface Closing {
        void close();
    }

    /** Has something closed with the client; what is closed before is to be {@link #forget forgotten}. */
    void closeWithClient(Closing each) {
        open.add(each);
        if (isClosed()) {
            close();
        }
    }

    void forget(Closing each) {
        open.remove(each);
    }

    /** Ends every wait, and closes what is to be closed with the client. */
    void close() {
        closed.complete(null);
        for (Closing each : open) {
            each.close();
        }
        open.clear();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** @throws StoreException.Closed when it was closed */
    void requireOpen() {
        if (isClosed()) {
            throw new StoreException.Closed();
        }
    }
}
