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
 * Where it has got to is the id of the last event, or of a sign of life, which moves on while nothing happens to the keys that
 * are watched. The server tells the first such id before anything else, so that there is a place to go on from at once; amid
 * the rows of the beginning it tells none, and they begin anew. An id names the store's epoch: changes of another store, or of
 * one that has lost some, are never taken for those that follow.
 */
/**
 * Every change, in order, none left out or merged, as long as it is open. For one thread; {@link #close} may be called by
 * any, and ends a wait of {@link #hasNext} at once.
 *
 * <pre>{@code
 * try (Watch<String> watch = client.watch(WatchOptions.prefix("config/"))) {
 *     client.put("config/port", "9000", WriteOptions.plain());
 *     WatchEvent<String> event = watch.next();
 *     assertThat(event).isInstanceOf(WatchEvent.Put.class);
 * }
 * }</pre>
 *
 * <p>When the connection breaks, falls silent, or the server stops or has cut off a slow reader, the watch connects again,
 * however often, with the waits of the client's {@link RetryPolicy}, and goes on after the last event. It fails where it
 * cannot do so without missing something ({@link HistoryGoneException}), or is no longer let in ({@link ResponseException}).
 */
public final class Watch<V> implements Iterator<WatchEvent<V>>, AutoCloseable {

    private static final int UNAVAILABLE = 503;

    private final Transport transport;
    private final Values<V> values;
    private final WatchOptions options;
    private final Transport.Closing closing = this::close;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile @Nullable BodyStream body;
    private @Nullable EventStream events;
    private @Nullable WatchEvent<V> next;
    private @Nullable String position;
    private boolean rowsCame;
    private int failures;

    Watch(Transport transport, Values<V> values, WatchOptions options) {
        this.transport = transport;
        this.values = values;
        this.options = options;
        this.position = options.since();
        transport.closeWithClient(closing);
        try {
            begin();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Nothing can be missed yet: where it fails, it begins at a later moment. */
    private void begin() {
        Call call = call();
        for (int attempt = 1; events == null; attempt++) {
            try {
                connect(transport.open(call, closed));
            } catch (IOException e) {
                transport.awaitRetry(call, e, attempt);
            }
        }
    }

    private Call call() {
        Call call = Call.get("/watch").header("Accept", "text/event-stream");
        String prefix = options.prefix();
        if (prefix != null && !prefix.isEmpty()) {
            call.parameter("prefix", prefix);
        }
        if (!options.values()) {
            call.parameter("values", "false");
        }
        String from = position;
        if (from != null) {
            call.parameter("since", from);
        } else if (options.initial()) {
            call.parameter("initial", "true");
        }
        return call;
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
                throw new UnreadableAnswerException("the server did not tell where the watch begins", false, null);
            }
        }
        events = stream;
    }

    /**
     * Waits for the next event.
     *
     * @return false once it was closed
     * @throws HistoryGoneException when changes were missed
     * @throws ClientException when it cannot go on; an interrupt ends the wait and stays set
     */
    @Override
    public boolean hasNext() {
        while (next == null && !isClosed()) {
            try {
                if (events == null) {
                    reconnect();
                } else {
                    take(events.next());
                }
            } catch (JsonProcessingException e) {
                close();
                throw new UnreadableAnswerException("an event has data that are no JSON", false, e);
            } catch (IOException e) {
                goOn(e);
            } catch (StoreException.Closed e) {
                close(); // the client was
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

    private void take(EventStream.Message message) throws IOException {
        String event = message.event();
        if ("reset".equals(event)) {
            throw new EOFException("the server cut off a slow reader");
        }
        if (event != null) {
            JsonNode data = Json.tree(message.data().getBytes(StandardCharsets.UTF_8));
            next = event(event, message.id(), data);
            rowsCame = message.id() == null;
            failures = 0;
        }
        if (message.id() != null) {
            position = message.id();
            failures = 0;
        }
    }

    private @Nullable WatchEvent<V> event(String event, @Nullable String id, JsonNode data) {
        if (event.equals("put")) {
            return new WatchEvent.Put<>(id, values.row(data));
        }
        if (id == null) {
            throw new UnreadableAnswerException("the server sent an event " + event + " without an id", false, null);
        }
        long revision = Values.number(data, "revision");
        return switch (event) {
            case "delete" -> new WatchEvent.Delete<>(id, Values.text(data, "key"), revision);
            case "expire" -> new WatchEvent.Expire<>(id, Values.text(data, "key"), revision);
            case "synced" -> new WatchEvent.Synced<>(id, revision);
            default -> null; // of a later version
        };
    }

    private void goOn(IOException broken) {
        if (isClosed()) {
            return;
        }
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ConnectionFailedException("the watch was interrupted", false, false, broken);
        }
        BodyStream open = body;
        if (open != null) {
            open.close();
        }
        events = null;
        if (rowsCame) {
            rowsCame = false;
            next = new WatchEvent.Restarted<>();
        }
        await(Duration.ZERO);
    }

    private void reconnect() throws IOException {
        try {
            connect(transport.open(call(), 1, closed));
        } catch (ConnectionFailedException e) {
            if (!e.isPassing()) {
                throw e;
            }
            await(Duration.ZERO);
        } catch (ResponseException e) {
            if (e.status() != UNAVAILABLE) {
                throw e;
            }
            await(Objects.requireNonNullElse(e.retryAfter(), Duration.ZERO));
        }
    }

    private void await(Duration atLeast) {
        failures++;
        try {
            transport.pause(failures, atLeast, closed);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new ConnectionFailedException("the watch was interrupted", false, false, e);
        }
    }

    /**
     * @throws ClientException as {@link #hasNext}
     * @throws NoSuchElementException once it was closed
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

    /** Ends it; further calls do nothing. */
    @Override
    public void close() {
        closed.complete(null);
        transport.forget(closing);
        BodyStream open = body;
        if (open != null) {
            open.close();
        }
    }
}
