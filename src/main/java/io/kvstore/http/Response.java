package io.kvstore.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request: set headers first, then call one of the methods that send it.
 *
 * <p>Not thread-safe: belongs to the thread that handles the request. {@link #resume} hands it over to another thread.
 */
public final class Response {

    /** The size of one write, so that the watch sees progress even if the client reads slowly. */
    private static final int WRITE_BYTES = 64 << 10;

    /** Forbids browsers to guess the type of a body: clients write the bodies, and could disguise a script. */
    private static final List<String> NO_SNIFF = List.of("nosniff");

    /**
     * How much of an unread request body is discarded. A client may read the response only after it has sent everything, and
     * may lose it if a connection is closed with unread data.
     */
    public static final long DISCARDED_BYTES_MAX = 1L << 30;

    /** The longest unread request body after which the connection is kept. A client need not send the rest of a longer one. */
    private static final long KEPT_BYTES_MAX = 64L << 20;

    private static final int DISCARD_READ_BYTES = 16 << 10;

    private final HttpExchange exchange;
    private final Request request;
    private IoWatch watch;
    private final Headers headers;
    private final boolean head;
    private int status;
    private long written;
    private @Nullable WatchedOutputStream stream;

    /**
     * @param request the request that is answered, of the same exchange
     * @param watch observes the time that the client takes to read the response
     */
    public Response(HttpExchange exchange, Request request, IoWatch watch) {
        this.exchange = exchange;
        this.request = request;
        this.watch = watch;
        this.headers = exchange.getResponseHeaders();
        this.head = exchange.getRequestMethod().equals("HEAD");
    }

    /** Hands the response over to the calling thread, whose watch observes it from now on. */
    public void resume(IoWatch watch) {
        this.watch = watch;
    }

    /** Sets a header. The value must be ASCII. */
    public void header(String name, String value) {
        headers.put(name, List.of(value));
    }

    /** Sets a header to a constant, without allocating a list. */
    public void header(String name, List<String> value) {
        headers.put(name, value);
    }

    /** Adds a request header to {@code Vary}: the response depends on it. */
    public void vary(String name) {
        headers.merge(Header.VARY, List.of(name), (old, more) -> List.of(old.get(0) + ", " + more.get(0)));
    }

    boolean hasHeader(String name) {
        return headers.containsKey(name);
    }

    /** Returns whether sending has begun, after which no other response is possible. */
    public boolean hasBegun() {
        return status != 0;
    }

    /** Returns the status that was sent, or 0 if sending has not begun. */
    public int status() {
        return status;
    }

    /** Returns how many bytes of the body have been sent. */
    public long bodyBytes() {
        return stream == null ? written : stream.count();
    }

    /** Sends a response without a body. */
    public void empty(int status) throws IOException {
        begin(status);
        watch.begin();
        try {
            exchange.sendResponseHeaders(status, -1);
        } finally {
            watch.end();
        }
    }

    /** Sends a response with a body; the body is omitted if the method is HEAD. */
    public void bytes(int status, byte[] body) throws IOException {
        bytes(status, body, 0, body.length);
    }

    /** Sends a response whose body is a part of an array; the body is omitted if the method is HEAD. */
    public void bytes(int status, byte[] array, int from, int length) throws IOException {
        header(Header.CONTENT_TYPE_OPTIONS, NO_SNIFF);
        if (head) {
            header(Header.CONTENT_LENGTH, Integer.toString(length));
        }
        if (head || length == 0) {
            empty(status);
            return;
        }
        begin(status);
        watch.begin();
        try {
            exchange.sendResponseHeaders(status, length);
            // Not in a try-with-resources block: closing the stream after a failure would mark the body as complete.
            OutputStream out = exchange.getResponseBody();
            int end = from + length;
            for (int at = from; at < end; at += WRITE_BYTES) {
                int part = Math.min(WRITE_BYTES, end - at);
                out.write(array, at, part);
                written += part;
                watch.begin();
            }
            // Flush before closing: closing drains an unread request body, and may do so before it sends the response.
            // A stream whose close() fails counts as closed, and its connection would stay open.
            out.flush();
            if (request.hasUnreadBody()) {
                discardRequestBody();
            }
            out.close();
        } finally {
            watch.end();
        }
    }

    /** Records that sending begins. Announces that the connection closes, unless an unread body is short enough to be read. */
    private void begin(int status) {
        this.status = status;
        if (request.hasUnreadBody() && request.declaredBytes() > KEPT_BYTES_MAX) {
            header(Header.CONNECTION, "close");
        }
    }

    /*
     * Closing the stream of the response, or sending one without a body, makes the server discard the request body too, but the
     * watch would observe that as a single step.
     */
    private void discardRequestBody() throws IOException {
        InputStream in = exchange.getRequestBody();
        byte[] discarded = new byte[DISCARD_READ_BYTES];
        long count = 0;
        for (int read = 0; read >= 0 && count < DISCARDED_BYTES_MAX; count += read) {
            watch.begin();
            read = in.read(discarded);
        }
    }

    /**
     * Sends the head of a response of unknown length and returns the stream for the response body. Closing the stream
     * completes the response, so the caller must not close it after a failure, but throw.
     */
    public OutputStream stream(int status) throws IOException {
        header(Header.CONTENT_TYPE_OPTIONS, NO_SNIFF);
        begin(status);
        watch.begin();
        try {
            exchange.sendResponseHeaders(status, 0);
        } finally {
            watch.end();
        }
        stream = new WatchedOutputStream(exchange.getResponseBody(), watch);
        return stream;
    }

    /** Does the same as {@link #stream}, for a response that lasts until the client disconnects. */
    public OutputStream endless(int status) throws IOException {
        watch.stay();
        return stream(status);
    }

    /** Closes the connection, and so cuts off a response that was not sent completely. */
    public void abort() {
        exchange.close();
    }
}
