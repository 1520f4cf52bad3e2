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
 * Rows in the order of their keys, read from the server as they are asked for, in the memory of one row. For one thread;
 * {@link #close} may be called by any.
 *
 * <p>A key that is there the whole time comes exactly once, one that comes or goes meanwhile may be there or not: a listing
 * is no snapshot of the whole. Where the connection breaks, or the server has cut off a reader that paused for long, it goes
 * on after the last row by itself, as the client's {@link RetryPolicy} allows.
 *
 * <p>It holds a connection until its last row was read, or it is closed.
 */
public final class Listing<V> implements Iterator<Row<V>>, AutoCloseable {

    private static final String LINES = "application/x-ndjson";

    /** Between a key and this there is no other. */
    private static final String SUCCESSOR = "\0";

    private final Transport transport;
    private final Values<V> values;
    private final Query query;
    private final long revision;

    private volatile Transport.Reply<BodyStream> reply;
    private volatile boolean closed;
    private JsonParser parser;
    private @Nullable Row<V> next;
    private @Nullable String last;
    private int rows;
    private int failures;
    private boolean ended;

    Listing(Transport transport, Values<V> values, Query query) {
        this.transport = transport;
        this.values = values;
        this.query = query;
        this.reply = transport.open(call(query));
        try {
            this.revision = reply.number("KV-Revision");
            this.parser = parser(reply);
        } catch (RuntimeException e) {
            reply.response().body().close();
            throw e;
        }
    }

    private static Call call(Query query) {
        return query.addTo(Call.get("/keys")).header("Accept", LINES);
    }

    private static JsonParser parser(Transport.Reply<BodyStream> reply) {
        try {
            return Json.parser(reply.response().body());
        } catch (IOException e) {
            throw new AssertionError("nothing is read yet", e);
        }
    }

    /** The store's revision when the listing began. */
    public long revision() {
        return revision;
    }

    /**
     * Where the next page begins, when the query had a limit and more rows follow; else null. To be given to {@link
     * Query#after}, with the same direction. Known before the first row; it may become another if the listing had to go on
     * after a break.
     */
    public @Nullable String nextCursor() {
        return reply.header("KV-Next-Cursor");
    }

    /** Whether keys were left out that were asked for, because the token may not read them. */
    public boolean filtered() {
        return reply.header("KV-Filtered") != null;
    }

    /**
     * Whether there is another row; waits for it.
     *
     * @throws ClientException when it cannot be read
     */
    @Override
    public boolean hasNext() {
        if (!closed) {
            transport.requireOpen();
        }
        while (next == null && !ended && !closed) {
            try {
                take(Json.next(parser));
            } catch (JsonProcessingException e) {
                close();
                throw new UnreadableAnswerException("a listing has a line that is no JSON", false, e);
            } catch (IOException e) {
                goOn(e);
            }
        }
        return next != null;
    }

    private void take(@Nullable JsonNode line) throws IOException {
        if (line == null) {
            throw new IOException("the listing ended without its end row");
        }
        if (line.has("end")) {
            ended = true;
            Json.next(parser); // so that the connection is seen to be free
        } else {
            Row<V> row = values.row(line);
            next = row;
            last = row.key();
            rows++;
            failures = 0;
        }
    }

    private void goOn(IOException broken) {
        if (closed || ended) {
            return;
        }
        failures++;
        transport.awaitRetry(reply.call(), broken, failures);
        Query rest = rest();
        if (rest == null) {
            ended = true;
            return;
        }
        reply = transport.open(call(rest));
        parser = parser(reply);
        if (closed) {
            close();
        }
    }

    /** What has not come yet; null where that is nothing. */
    private @Nullable Query rest() {
        String after = last;
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
     * @throws ClientException when it cannot be read
     * @throws NoSuchElementException after the last
     */
    @Override
    public Row<V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no row after the last");
        }
        Row<V> row = Objects.requireNonNull(next);
        next = null;
        return row;
    }

    /** Gives the connection back, or breaks it off where rows are still to come: there are no more then. */
    @Override
    public void close() {
        closed = true;
        reply.response().body().close();
    }
}
