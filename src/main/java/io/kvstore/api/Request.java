package io.kvstore.api;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks for. Belongs to the thread that handles it. */
final class Request {

    private static final byte[] NO_BYTES = {};

    /** What is read of a body at first, and takes no share of the memory for bodies. */
    private static final int FIRST_READ_BYTES = 8 << 10;

    private final HttpExchange exchange;
    private final IoWatch watch;
    private final Headers headers;
    private final Target target;
    private final BodyBudget.Share memory;
    private @Nullable Authorization rights;
    private @Nullable Route route;
    private @Nullable BodyStream stream;
    private int readBytes;

    /**
     * @param memory where its body is to go
     * @throws Problem 400 when the target cannot be read
     */
    Request(HttpExchange exchange, IoWatch watch, BodyBudget.Share memory) {
        this.exchange = exchange;
        this.watch = watch;
        this.memory = memory;
        this.headers = exchange.getRequestHeaders();
        // The parsed parts of the URI lose what keys need: //keys/a has an authority there, and %2F is decoded.
        this.target = Target.parse(exchange.getRequestURI().toString());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** Whether it is of HTTP/1.0, which knows no Host. */
    boolean isHttp10() {
        return exchange.getProtocol().equals("HTTP/1.0");
    }

    /** The address of this server that the connection reached. */
    InetAddress localAddress() {
        return exchange.getLocalAddress().getAddress();
    }

    Target target() {
        return target;
    }

    /** Says where it goes. */
    void to(Route found) {
        route = found;
    }

    /** Where it goes, or null where nobody knows yet. */
    @Nullable
    Route route() {
        return route;
    }

    /** The name of its sender's token, or null where nobody asked for one, or it was none. */
    @Nullable
    String user() {
        return rights == null ? null : rights.user();
    }

    /** How many bytes of its body were read. */
    long bodyBytes() {
        return stream == null ? readBytes : stream.count();
    }

    /** Lets it in, with these rights. */
    void admit(Authorization granted) {
        rights = granted;
    }

    /** What its sender may do. */
    Authorization rights() {
        Authorization granted = rights;
        if (granted == null) {
            throw new IllegalStateException("nobody asked who sent this request");
        }
        return granted;
    }

    /** The value of a header, the first where it is repeated, or null. */
    @Nullable
    String header(String name) {
        return headers.getFirst(name);
    }

    /** All values of a header, or null where it is not there. */
    @Nullable
    List<String> headers(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? null : values;
    }

    /**
     * The whole body. Takes memory for all of it as soon as its first bytes are there; in chunks, where nobody knows how
     * long it is, about three times what has come in.
     *
     * @throws Problem 413 when it is, or says it is, longer than {@code bytesMax}; 503 when there is too little memory for it
     * @throws IOException when it ends before it is complete, or is malformed
     */
    byte[] body(int bytesMax) throws IOException {
        long declared = declaredBytes();
        if (declared > bytesMax) {
            throw tooLong(bytesMax, declared + " as Content-Length says");
        }
        InputStream in = exchange.getRequestBody();
        watch.begin();
        try {
            return declared >= 0 ? known(in, (int) declared) : chunked(in, bytesMax);
        } finally {
            watch.end();
        }
    }

    /**
     * The body as it comes in. It ends where the body is complete, and nowhere else; closing it does nothing.
     *
     * @param what is told of a body that is too long, as in "a batch"
     * @throws Problem 413, then or when it is read, for a body longer than {@code bytesMax}
     */
    InputStream bodyStream(String what, long bytesMax) {
        long declared = declaredBytes();
        if (declared > bytesMax) {
            throw BodyStream.tooLong(what, bytesMax, declared + " as Content-Length says");
        }
        stream = new BodyStream(exchange.getRequestBody(), watch, declared, what, bytesMax);
        return stream;
    }

    /** A body of which is kept what it says, to be closed by whoever reads it. */
    MeteredBody kept(InputStream body) {
        return new MeteredBody(body, memory);
    }

    private long declaredBytes() {
        if (headers.containsKey(Header.TRANSFER_ENCODING)) {
            return -1;
        }
        String length = headers.getFirst(Header.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length); // FramingCheck lets nothing else pass
    }

    private byte[] known(InputStream in, int size) throws IOException {
        byte[] bytes = size == 0 ? NO_BYTES : new byte[Math.min(size, FIRST_READ_BYTES)];
        int count = 0;
        while (count < size) {
            if (count == bytes.length) {
                bytes = resized(bytes, size);
            }
            int read = read(in, bytes, count);
            if (read < 0) {
                throw new EOFException("a body of " + count + " bytes where " + size + " were declared");
            }
            count += read;
        }
        // The server keeps a connection only when it has seen the body's end.
        if (in.read() >= 0) {
            throw new IOException("a body longer than declared");
        }
        return bytes;
    }

    private byte[] chunked(InputStream in, int bytesMax) throws IOException {
        byte[] bytes = new byte[FIRST_READ_BYTES];
        int count = 0;
        while (true) {
            int read = read(in, bytes, count);
            if (read < 0) {
                return count <= FIRST_READ_BYTES ? Arrays.copyOf(bytes, count) : resized(bytes, count);
            }
            count += read;
            if (count > bytesMax) {
                throw tooLong(bytesMax, "more");
            }
            if (count == bytes.length) {
                bytes = resized(bytes, (int) Math.min(bytesMax + 1L, 2L * count));
            }
        }
    }

    /** A copy of another length, for which there is memory. */
    private byte[] resized(byte[] bytes, int length) {
        memory.take(length);
        byte[] copy = Arrays.copyOf(bytes, length);
        if (bytes.length > FIRST_READ_BYTES) {
            memory.giveBack(bytes.length);
        }
        return copy;
    }

    private int read(InputStream in, byte[] bytes, int from) throws IOException {
        int read;
        try {
            read = in.read(bytes, from, bytes.length - from);
        } catch (RuntimeException e) { // the JDK's server computes with sizes of chunks that are none
            throw new IOException("a body in chunks that are malformed", e);
        }
        watch.begin();
        readBytes += Math.max(0, read);
        return read;
    }

    private static Problem tooLong(int bytesMax, String given) {
        return new Problem(413, "a value has at most " + bytesMax + " bytes here, not " + given).lingering();
    }
}
