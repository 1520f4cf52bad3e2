package io.kvstore.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.store.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/*
 * The position is the id of the last event or heartbeat; heartbeats advance it while the watched keys do not change.
 * The server sends the first id before anything else, so the watch can resume at once. It sends no id with the
 * existing rows, so if the connection breaks among them, the watch reads them again from the first. An id contains the
 * store's epoch, so the watch never takes the changes of another store, or of a store that lost changes, for those
 * that follow.
 */
/**
 * Iterates over every change in order, with none left out or merged, until the watch is closed. Not thread-safe, except
 * that any thread may call {@link #close}, which ends a waiting {@link #hasNext} at once.
 *
 * <pre>{@code
 * try (Watch<String> watch = client.watch(WatchOptions.prefix("config/"))) {
 *     client.put("config/port", "9000", WriteOptions.defaults());
 *     WatchEvent<String> event = watch.next();
 *     System.out.println(event.type() + " " + event.key());
 * }
 * }</pre>
 *
 * <p>The watch reconnects, and resumes after the last event, if the connection breaks, is silent for the idle timeout,
 * or the server stops or cuts off a slow reader. It retries without limit, with the delays of the client's {@link
 * RetryPolicy}. It fails if it would miss changes ({@link ClientException.HistoryGone}) or is no longer authorized
 * ({@link ClientException.ErrorResponse}).
 */
public final class Watch<V> implements Iterator<WatchEvent<V>>, AutoCloseable {

    private static final int UNAVAILABLE = 503;

    private final Transport transport;
    private final RowCodec<V> codec;
    private final WatchOptions options;
    private final Runnable onClose = this::close;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile @Nullable BodyStream body;
    private @Nullable EventStream events;
    private @Nullable WatchEvent<V> next;
    private @Nullable String position;
    private boolean readingInitialRows;
    private int failures;

    Watch(Transport transport, RowCodec<V> codec, WatchOptions options) {
        this.transport = transport;
        this.codec = codec;
        this.options = options;
        this.position = options.since();
        transport.onClose(onClose);
        try {
            begin();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Connects for the first time. A retry misses no change: the watch begins when it succeeds. */
    private void begin() {
        ClientRequest request = request();
        for (int attempt = 1; events == null; attempt++) {
            try {
                connect(transport.open(request, closed));
            } catch (IOException e) {
                transport.awaitRetry(request, e, attempt);
            }
        }
    }

    private ClientRequest request() {
        ClientRequest request = ClientRequest.get("/watch").header("Accept", "text/event-stream");
        String prefix = options.prefix();
        if (prefix != null && !prefix.isEmpty()) {
            request.parameter("prefix", prefix);
        }
        if (!options.values()) {
            request.parameter("values", "false");
        }
        String from = position;
        if (from != null) {
            request.parameter("since", from);
        } else if (options.initial()) {
            request.parameter("initial", "true");
        }
        return request;
    }

    private void connect(Transport.Reply<BodyStream> reply) throws IOException {
        BodyStream opened = reply.response().body();
        body = opened;
        if (isClosed()) {
            opened.close();
        }
        EventStream stream = new EventStream(opened);
        if (position == null && !options.initial()) {
            position = stream.next().id();
            if (position == null) {
                throw new ClientException.UnreadableResponse(
                        "the server did not send the position at which the watch begins", false, null);
            }
        }
        events = stream;
    }

    /**
     * Waits for the next event.
     *
     * @return false after the watch is closed
     * @throws ClientException.HistoryGone if changes were missed
     * @throws ClientException if the watch cannot resume; an interrupt ends the wait and stays set
     */
    @Override
    public boolean hasNext() {
        while (next == null && !isClosed()) {
            try {
                if (events == null) {
                    reconnect();
                } else {
                    receive(events.next());
                }
            } catch (JsonProcessingException e) {
                close();
                throw new ClientException.UnreadableResponse("the data of an event is not JSON", false, e);
            } catch (IOException e) {
                disconnect(e);
            } catch (StoreException.Closed e) {
                close(); // the client was closed
            } catch (RuntimeException e) {
                if (isClosed()) {
                    return false;
                }
                close();
                throw e;
            }
        }
        return next != null && !isClosed();
    }

    private void receive(EventStream.Message message) throws IOException {
        String event = message.event();
        if ("reset".equals(event)) {
            throw new EOFException("the server cut off a slow reader");
        }
        if (event != null) {
            JsonNode data = Json.tree(message.data().getBytes(StandardCharsets.UTF_8));
            next = event(event, message.id(), data);
            readingInitialRows = message.id() == null;
            failures = 0;
        }
        if (message.id() != null) {
            position = message.id();
            failures = 0;
        }
    }

    private @Nullable WatchEvent<V> event(String event, @Nullable String id, JsonNode data) {
        if (event.equals("put")) {
            return new WatchEvent.Put<>(id, codec.row(data));
        }
        if (id == null) {
            throw new ClientException.UnreadableResponse(
                    "the server sent an event " + event + " without an id", false, null);
        }
        long revision = Json.number(data, "revision");
        return switch (event) {
            case "delete" -> new WatchEvent.Delete<>(id, Json.text(data, "key"), revision);
            case "expire" -> new WatchEvent.Expire<>(id, Json.text(data, "key"), revision);
            case "synced" -> new WatchEvent.Synced<>(id, revision);
            default -> null; // a later server version may send other events
        };
    }

    private void disconnect(IOException cause) {
        if (isClosed()) {
            return;
        }
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw interrupted(cause);
        }
        BodyStream open = body;
        if (open != null) {
            open.close();
        }
        events = null;
        if (readingInitialRows) {
            readingInitialRows = false;
            next = new WatchEvent.Restarted<>();
        }
        pause(Duration.ZERO);
    }

    private void reconnect() throws IOException {
        try {
            connect(transport.open(request(), 1, closed));
        } catch (ClientException.ConnectionFailed e) {
            if (!e.isTransient()) {
                throw e;
            }
            pause(Duration.ZERO);
        } catch (ClientException.ErrorResponse e) {
            if (e.status() != UNAVAILABLE) {
                throw e;
            }
            pause(Objects.requireNonNullElse(e.retryAfter(), Duration.ZERO));
        }
    }

    private void pause(Duration atLeast) {
        failures++;
        try {
            transport.pause(failures, atLeast, closed);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private static ClientException.ConnectionFailed interrupted(Exception cause) {
        return new ClientException.ConnectionFailed("the thread was interrupted during a watch", false, false, cause);
    }

    /**
     * Returns the next event; waits for it.
     *
     * @throws ClientException as {@link #hasNext}
     * @throws NoSuchElementException after the watch is closed
     */
    @Override
    public WatchEvent<V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the watch is closed");
        }
        WatchEvent<V> event = Objects.requireNonNull(next);
        next = null;
        return event;
    }

    private boolean isClosed() {
        return closed.isDone();
    }

    /** Ends the watch. Further calls have no effect. */
    @Override
    public void close() {
        closed.complete(null);
        transport.removeOnClose(onClose);
        BodyStream open = body;
        if (open != null) {
            open.close();
        }
    }
}
