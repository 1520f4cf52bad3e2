package io.kvstore.api;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.kvstore.store.PendingCommit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a request: headers first, then one of the methods that send it. Belongs to the thread that is at work on it. */
final class Response {

    /** Bytes that are written at once, so that a slow client is seen to move. */
    private static final int WRITE_BYTES = 64 << 10;

    /** A body is what its type says, and no script or page because it looks like one: whatever is in it was sent by clients. */
    private static final List<String> NO_SNIFF = List.of("nosniff");

    /** What is read at most of the rest of a body, so that whoever only reads when all is sent gets to see an error. */
    private static final long LINGER_BYTES = 1L << 30;

    private static final int LINGER_READ_BYTES = 16 << 10;

    private final HttpExchange exchange;
    private final RequestLifecycle answering;
    private IoWatch watch;
    private final Headers headers;
    private final boolean head;
    private int status;
    private long written;
    private @Nullable WatchedOutputStream stream;
    private boolean lingering;

    Response(HttpExchange exchange, IoWatch watch, RequestLifecycle answering) {
        this.exchange = exchange;
        this.watch = watch;
        this.answering = answering;
        this.headers = exchange.getResponseHeaders();
        this.head = exchange.getRequestMethod().equals("HEAD");
    }

    /** Another thread goes on, whose watch this is. */
    void resume(IoWatch watch) {
        this.watch = watch;
    }

    /**
     * Has what sends the answer run when a commit is over: by now, or later by another thread. Nothing of the answer may have
     * been sent, and the calling thread does nothing more with it.
     */
    void after(PendingCommit<?> commit, RequestLifecycle.Step step) throws IOException {
        answering.after(commit, step);
    }

    /** Sets a header. The value must be ASCII. */
    void header(String name, String value) {
        headers.put(name, List.of(value));
    }

    /** Sets a header to a value that is the same in every answer. */
    void header(String name, List<String> value) {
        headers.put(name, value);
    }

    /** Adds to the headers that another answer would have come by. */
    void vary(String name) {
        headers.merge(Header.VARY, List.of(name), (old, more) -> List.of(old.get(0) + ", " + more.get(0)));
    }

    /** Whether a header is set. */
    boolean hasHeader(String name) {
        return headers.containsKey(name);
    }

    /** Whether the client may have seen some of it, so that there is no other answer to be given. */
    boolean begun() {
        return status != 0;
    }

    /** The status that was sent, or 0 where none was yet. */
    int status() {
        return status;
    }

    /** How many bytes of a body were sent. */
    long bodyBytes() {
        return stream == null ? written : stream.count();
    }

    /** Has an error wait, once it is sent, for the rest of a long body: to close the connection before might destroy it. */
    void linger() {
        lingering = true;
    }

    /** Sends an answer without a body. */
    void empty(int status) throws IOException {
        this.status = status;
        watch.begin();
        try {
            exchange.sendResponseHeaders(status, -1);
        } finally {
            watch.end();
        }
    }

    /** Sends an answer with a body; to a HEAD its headers alone. */
    void bytes(int status, byte[] body) throws IOException {
        bytes(status, body, 0, body.length);
    }

    /** Sends an answer with a part of an array as its body; to a HEAD its headers alone. */
    void bytes(int status, byte[] array, int from, int length) throws IOException {
        header(Header.CONTENT_TYPE_OPTIONS, NO_SNIFF);
        if (head) {
            header(Header.CONTENT_LENGTH, Integer.toString(length));
        }
        if (head || length == 0) {
            empty(status);
            return;
        }
        this.status = status;
        watch.begin();
        try {
            exchange.sendResponseHeaders(status, length);
            // Closed only when all is written: to close it earlier would say that the body is complete.
            OutputStream out = exchange.getResponseBody();
            int end = from + length;
            for (int at = from; at < end; at += WRITE_BYTES) {
                int part = Math.min(WRITE_BYTES, end - at);
                out.write(array, at, part);
                written += part;
                watch.begin();
            }
            // First: closing drains a body that nobody read, perhaps before the answer is sent.
            // And a stream that fails while it is closed counts as closed: its connection would stay open.
            out.flush();
            if (lingering) {
                skipBody();
            }
            out.close();
        } finally {
            watch.end();
        }
    }

    /** As {@link #stream}, for an answer that goes on for as long as the client likes. */
    OutputStream endless(int status) throws IOException {
        watch.stay();
        return stream(status);
    }

    private void skipBody() throws IOException {
        InputStream in = exchange.getRequestBody();
        byte[] skipped = new byte[LINGER_READ_BYTES];
        long count = 0;
        for (int read = 0; read >= 0 && count < LINGER_BYTES; count += read) {
            watch.begin();
            read = in.read(skipped);
        }
    }

    /**
     * Sends the head of an answer whose length nobody knows yet, and hands out where its body goes. Only closing that
     * makes the answer complete; whoever fails before must throw.
     */
    OutputStream stream(int status) throws IOException {
        header(Header.CONTENT_TYPE_OPTIONS, NO_SNIFF);
        this.status = status;
        watch.begin();
        try {
            exchange.sendResponseHeaders(status, 0);
        } finally {
            watch.end();
        }
        stream = new WatchedOutputStream(exchange.getResponseBody(), watch);
        return stream;
    }
}
