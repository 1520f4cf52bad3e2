package io.kvstore.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over rows in key order, and reads them from the server on demand; holds one row in memory. Not thread-safe,
 * except that any thread may call {@link #close}.
 *
 * <p>A listing is not a snapshot: a key that exists the whole time is returned exactly once; a key that is created or
 * deleted meanwhile may be returned or not. If the connection breaks, or the server cuts off a reader that paused
 * for too long, the listing resumes after the last row, within the limits of the client's {@link RetryPolicy}.
 *
 * <p>A listing holds a connection until its last row is read or it is closed.
 */
public final class Listing<V> implements Iterator<Row<V>>, AutoCloseable {

    private static final String NDJSON = "application/x-ndjson";

    /** The text that, appended to a key, gives the next key in order. */
    private static final String SUCCESSOR = "\0";

    private final Transport transport;
    private final RowCodec<V> codec;
    private final Query query;
    private final long revision;

    private volatile Transport.Reply<BodyStream> reply;
    private volatile boolean closed;
    private JsonParser parser;
    private @Nullable Row<V> next;
    private @Nullable String lastKey;
    private int rows;
    private int failures;
    private boolean complete;

    Listing(Transport transport, RowCodec<V> codec, Query query) {
        this.transport = transport;
        this.codec = codec;
        this.query = query;
        this.reply = transport.open(request(query));
        try {
            this.revision = reply.number("KV-Revision");
            this.parser = parser(reply);
        } catch (RuntimeException e) {
            reply.response().body().close();
            throw e;
        }
    }

    private static ClientRequest request(Query query) {
        return query.addTo(ClientRequest.get("/keys")).header("Accept", NDJSON);
    }

    private static JsonParser parser(Transport.Reply<BodyStream> reply) {
        try {
            return Json.parser(reply.response().body());
        } catch (IOException e) {
            throw new AssertionError("creating a parser reads nothing", e);
        }
    }

    /** Returns the store's revision when the listing began. */
    public long revision() {
        return revision;
    }

    /**
     * Returns the cursor of the next page if the query has a limit and more rows follow, otherwise null. Pass it to
     * {@link Query#after} with the same direction. Available before the first row; may change if the listing resumes
     * after a broken connection.
     */
    public @Nullable String nextCursor() {
        return reply.header("KV-Next-Cursor");
    }

    /** Returns whether the server left out keys that the query selects but the token may not read. */
    public boolean filtered() {
        return reply.header("KV-Filtered") != null;
    }

    /**
     * Returns whether there is another row; waits for it.
     *
     * @throws ClientException if the row cannot be read
     */
    @Override
    public boolean hasNext() {
        if (!closed) {
            transport.requireOpen();
        }
        while (next == null && !complete && !closed) {
            try {
                read(Json.next(parser));
            } catch (JsonProcessingException e) {
                close();
                throw new ClientException.UnreadableResponse("a line of the listing is not JSON", false, e);
            } catch (IOException e) {
                resume(e);
            }
        }
        return next != null;
    }

    private void read(@Nullable JsonNode line) throws IOException {
        if (line == null) {
            throw new IOException("the listing ended without its end row");
        }
        if (line.has("end")) {
            complete = true;
            Json.next(parser); // reads to the end of the body, so that the HTTP client can reuse the connection
        } else {
            Row<V> row = codec.row(line);
            next = row;
            lastKey = row.key();
            rows++;
            failures = 0;
        }
    }

    private void resume(IOException failure) {
        if (closed || complete) {
            return;
        }
        failures++;
        transport.awaitRetry(reply.request(), failure, failures);
        Query rest = remaining();
        if (rest == null) {
            complete = true;
            return;
        }
        reply = transport.open(request(rest));
        parser = parser(reply);
        if (closed) {
            close();
        }
    }

    /** Returns the query for the remaining rows, or null if there are none. */
    private @Nullable Query remaining() {
        String after = lastKey;
        if (after == null) {
            return query;
        }
        Query rest = query.reverse() ? query.before(after) : query.from(after + SUCCESSOR);
        Integer limit = query.limit();
        if (limit != null && limit == rows) {
            return null;
        }
        return rest.page(limit == null ? null : limit - rows, null);
    }

    /**
     * Returns the next row; waits for it.
     *
     * @throws ClientException if the row cannot be read
     * @throws NoSuchElementException after the last row
     */
    @Override
    public Row<V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the listing has no more rows");
        }
        Row<V> row = Objects.requireNonNull(next);
        next = null;
        return row;
    }

    /** Releases the connection, and closes it if rows are left. A closed listing returns no more rows. */
    @Override
    public void close() {
        closed = true;
        reply.response().body().close();
    }
}
