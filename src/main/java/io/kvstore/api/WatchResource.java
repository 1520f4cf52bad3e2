package io.kvstore.api;

import io.kvstore.http.Accept;
import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Event;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Subscription;
import io.kvstore.keyspace.Value;
import io.kvstore.store.StoreException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /watch}: streams changes as they happen, and earlier ones on request, until the client disconnects. */
final class WatchResource implements Resource {

    private static final List<String> PARAMETERS = List.of("prefix", "since", "initial", "values");
    private static final int BUFFER_BYTES = 8 << 10;

    private final Keyspace keyspace;
    private final Limits limits;
    private final Duration heartbeat;

    WatchResource(Keyspace keyspace, Limits limits, Duration heartbeat) {
        this.keyspace = keyspace;
        this.limits = limits;
        this.heartbeat = heartbeat;
    }

    @Override
    public List<String> parameters(String method) {
        return method.equals("OPTIONS") ? List.of() : PARAMETERS;
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Query query = context.query();
        Response response = context.response();
        Authorization authorization = context.authorization();
        Selection keys = authorization.readable(keys(query), response);
        boolean values = query.flag("values", true);
        EventId from = EventId.of(request, query);
        // A browser that reconnects sends the same parameters again, but it already has the rows.
        boolean initial = query.flag("initial", false) && from == null;
        WatchFormat format =
                Accept.lines(request, WatchFormat.EVENTS.mediaType()) ? WatchFormat.LINES : WatchFormat.EVENTS;
        try (Subscription subscription = subscribe(keys, from)) {
            response.header(Header.CONTENT_TYPE, format.mediaType());
            response.header(Header.CACHE_CONTROL, "no-store");
            response.vary(Header.ACCEPT);
            response.header(Header.X_ACCEL_BUFFERING, "no");
            response.header(
                    Header.KV_REVISION, Long.toString(subscription.position().revision()));
            if (request.method().equals("HEAD")) {
                response.empty(200);
            } else {
                // The client can continue from this position, even if the connection breaks before the first event.
                String startId = from == null && !initial ? positionId(subscription) : null;
                stream(subscription, authorization, startId, initial, values, format, response);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for changes").initCause(e);
        }
    }

    private Selection keys(Query query) {
        String prefix = query.value("prefix");
        if (prefix == null) {
            return Selection.ALL;
        }
        byte[] utf8 = prefix.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > limits.keyBytes()) {
            throw Problem.badRequest("query parameter prefix must have at most " + limits.keyBytes()
                    + " bytes, which is the maximum for keys on this server, not " + utf8.length);
        }
        return Selection.ALL.prefix(Key.ofUtf8(utf8));
    }

    private Subscription subscribe(Selection keys, @Nullable EventId from) {
        if (from == null) {
            return keyspace.subscribe(keys, null);
        }
        Long epoch = from.epoch();
        if (epoch != null && epoch != keyspace.epoch()) {
            throw gone("the given position is from another store, or from this store before it lost revisions");
        }
        try {
            return keyspace.subscribe(keys, from.position());
        } catch (StoreException.HistoryGone e) {
            throw gone("the given revision is " + from.position().revision());
        }
    }

    private Problem gone(String why) {
        long oldest = keyspace.oldestRevision();
        long revision = keyspace.revision();
        return new Problem(
                        410,
                        "a watch on this server can start after any revision from " + oldest + " to " + revision + "; "
                                + why)
                .with(json -> {
                    json.writeNumberField("oldest", oldest);
                    json.writeNumberField("revision", revision);
                });
    }

    private void stream(
            Subscription subscription,
            Authorization authorization,
            @Nullable String startId,
            boolean initial,
            boolean values,
            WatchFormat format,
            Response response)
            throws IOException, InterruptedException {
        // No try-with-resources: closing the stream after a failure would complete the response.
        OutputStream out = new BufferedOutputStream(response.endless(200), BUFFER_BYTES);
        format.begin(startId, out);
        out.flush();
        try {
            if (initial) {
                rows(subscription, values, format, out);
            }
            changes(subscription, authorization, values, format, out);
        } catch (StoreException.HistoryGone e) {
            format.event(
                    null,
                    "reset",
                    json -> {
                        json.writeNumberField("oldest", keyspace.oldestRevision());
                        json.writeNumberField("revision", keyspace.revision());
                    },
                    out);
        }
        out.close();
    }

    /** Writes rows without IDs, so that a client that reconnects before the last row does not skip the missing ones. */
    private void rows(Subscription subscription, boolean values, WatchFormat format, OutputStream out)
            throws IOException {
        for (List<Map.Entry<Key, Value>> page = subscription.rows(); page != null; page = subscription.rows()) {
            for (Map.Entry<Key, Value> row : page) {
                format.event(null, "put", json -> RowJson.writeFields(row.getKey(), row.getValue(), values, json), out);
            }
        }
        long revision = subscription.position().revision();
        format.event(
                EventId.of(keyspace.epoch(), revision),
                "synced",
                json -> json.writeNumberField("revision", revision),
                out);
        out.flush();
    }

    /**
     * Writes changes until the keyspace is closed or the permissions of the token change. The client can then reconnect, and is
     * authorized again.
     */
    private void changes(
            Subscription subscription,
            Authorization authorization,
            boolean values,
            WatchFormat format,
            OutputStream out)
            throws IOException, InterruptedException {
        long epoch = keyspace.epoch();
        for (List<Event> events = subscription.next(heartbeat); events != null; events = subscription.next(heartbeat)) {
            if (!authorization.inForce()) {
                return;
            }
            for (Event event : events) {
                write(event, EventId.of(epoch, event), values, format, out);
            }
            if (events.isEmpty()) {
                format.heartbeat(positionId(subscription), out);
            }
            out.flush();
        }
    }

    private String positionId(Subscription subscription) {
        return EventId.of(keyspace.epoch(), subscription.position().revision());
    }

    private static void write(Event event, String id, boolean values, WatchFormat format, OutputStream out)
            throws IOException {
        Value value = event.value();
        if (value != null) {
            format.event(id, "put", json -> RowJson.writeFields(event.key(), value, values, json), out);
            return;
        }
        format.event(
                id,
                event.expired() ? "expire" : "delete",
                json -> {
                    json.writeStringField("key", event.key().toString());
                    json.writeNumberField("revision", event.revision());
                },
                out);
    }
}
