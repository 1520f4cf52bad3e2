package io.kvstore.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request. Not thread-safe: belongs to the thread that handles it. */
public final class Request {

    private static final byte[] NO_BYTES = {};

    /** The size of the first read of a body, which is not charged to the budget. */
    private static final int FIRST_READ_BYTES = 8 << 10;

    private final HttpExchange exchange;
    private final IoWatch watch;
    private final Headers headers;
    private final BodyBudget.Share memory;
    private @Nullable Target target;
    private @Nullable BodyStream stream;
    private int readBytes;
    private boolean bodyEnded;

    /**
     * Creates the request of an exchange, of which nothing has been validated yet.
     *
     * @param watch observes the time that the body takes to arrive
     * @param budget the memory for the body
     */
    public Request(HttpExchange exchange, IoWatch watch, BodyBudget budget) {
        this.exchange = exchange;
        this.watch = watch;
        this.memory = budget.share();
        this.headers = exchange.getRequestHeaders();
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    /** Returns the protocol and its version, such as {@code HTTP/1.1}, as in the request line. */
    public String protocol() {
        return exchange.getProtocol();
    }

    boolean isHttp10() {
        return protocol().equals("HTTP/1.0");
    }

    /** Returns the local address of the connection. */
    InetAddress localAddress() {
        return exchange.getLocalAddress().getAddress();
    }

    /** Returns the address of the client, or of the last proxy before this server. */
    public InetAddress remoteAddress() {
        return exchange.getRemoteAddress().getAddress();
    }

    /**
     * Returns the target.
     *
     * @throws Problem 400 if it is malformed
     */
    public Target target() {
        Target parsed = target;
        if (parsed == null) {
            parsed = Target.parse(rawTarget());
            target = parsed;
        }
        return parsed;
    }

    /** Returns the target as in the request line: the parsed URI cannot tell {@code %2F} from a slash. */
    String rawTarget() {
        return exchange.getRequestURI().toString();
    }

    /** Returns the path for logs, or {@code -} if the target is malformed. */
    public String loggablePath() {
        return target == null ? Target.loggablePath(rawTarget()) : target.path();
    }

    /** Returns the query for logs; null if there is none or {@link #target} has not returned a target yet. */
    public @Nullable String loggableQuery() {
        return target == null ? null : target.query();
    }

    /** Returns how many bytes of the body have been read. */
    public long bodyBytes() {
        return stream == null ? readBytes : stream.count();
    }

    Headers headers() {
        return headers;
    }

    /** Returns the first value of a header, or null if there is no such header. */
    public @Nullable String header(String name) {
        return headers.getFirst(name);
    }

    /** Returns all values of a header, or null if there is no such header. */
    public @Nullable List<String> headers(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? null : values;
    }

    /**
     * Reads the whole body.
     *
     * <p>Reserves memory for all of a body of known length as soon as its first bytes arrive, so that a client that only
     * declares a long body takes none. A chunked body takes about three times what has arrived so far.
     *
     * @throws Problem 413 if the body is, or is declared to be, longer than {@code bytesMax}; 503 if the budget is exhausted
     * @throws IOException if the body ends too early or is malformed
     */
    public byte[] body(int bytesMax) throws IOException {
        long declared = declaredBytes();
        if (declared > bytesMax) {
            throw tooLong(bytesMax, "Content-Length is " + declared);
        }
        InputStream in = exchange.getRequestBody();
        watch.begin();
        try {
            return declared >= 0 ? readKnownLength(in, (int) declared) : readChunked(in, bytesMax);
        } finally {
            watch.end();
        }
    }

    /**
     * Returns the body as a stream. Closing it has no effect.
     *
     * @param subject the subject of an error message, such as "a batch"
     * @throws Problem 413, from this method or while reading, if the body is longer than {@code bytesMax}
     */
    public InputStream bodyStream(String subject, long bytesMax) {
        long declared = declaredBytes();
        if (declared > bytesMax) {
            throw BodyStream.tooLong(subject, bytesMax, "Content-Length is " + declared);
        }
        stream = new BodyStream(exchange.getRequestBody(), watch, declared, subject, bytesMax);
        return stream;
    }

    /**
     * Returns a stream that charges what is read to the budget, for a body whose content is kept in memory.
     *
     * @param body the body, after decompression; closed together with the returned stream
     */
    public MeteredBody metered(InputStream body) {
        return new MeteredBody(body, memory);
    }

    /** Returns the memory of the body to the budget. The caller must no longer hold the body. */
    public void releaseMemory() {
        memory.release();
    }

    /** Returns whether the client sends a body of which a part, or all, has not been read. */
    boolean hasUnreadBody() {
        if (declaredBytes() == 0 || bodyEnded) {
            return false;
        }
        return stream == null || !stream.hasEnded();
    }

    /** Returns the length of the body that the client has declared; -1 if it is in chunks, or if the length is malformed. */
    long declaredBytes() {
        if (headers.containsKey(Header.TRANSFER_ENCODING)) {
            return -1;
        }
        String length = headers.getFirst(Header.CONTENT_LENGTH);
        return length == null ? 0 : DecimalLong.parse(length).orElse(-1);
    }

    private byte[] readKnownLength(InputStream in, int size) throws IOException {
        byte[] bytes = size == 0 ? NO_BYTES : new byte[Math.min(size, FIRST_READ_BYTES)];
        int count = 0;
        while (count < size) {
            if (count == bytes.length) {
                bytes = resized(bytes, size);
            }
            int read = read(in, bytes, count);
            if (read < 0) {
                throw new EOFException("request body ended after " + count + " of " + size + " bytes");
            }
            count += read;
        }
        // The server keeps a connection alive only after the handler has reached the end of the body.
        if (in.read() >= 0) {
            throw new IOException("request body is longer than declared");
        }
        bodyEnded = true;
        return bytes;
    }

    private byte[] readChunked(InputStream in, int bytesMax) throws IOException {
        byte[] bytes = new byte[FIRST_READ_BYTES];
        int count = 0;
        while (true) {
            int read = read(in, bytes, count);
            if (read < 0) {
                bodyEnded = true;
                return count <= FIRST_READ_BYTES ? Arrays.copyOf(bytes, count) : resized(bytes, count);
            }
            count += read;
            if (count > bytesMax) {
                throw tooLong(bytesMax, "this one is longer");
            }
            if (count == bytes.length) {
                bytes = resized(bytes, (int) Math.min(bytesMax + 1L, 2L * count));
            }
        }
    }

    /** Returns a copy of another length, which is charged to the budget in place of the original. */
    private byte[] resized(byte[] bytes, int length) {
        memory.reserve(length);
        byte[] copy = Arrays.copyOf(bytes, length);
        if (bytes.length > FIRST_READ_BYTES) {
            memory.release(bytes.length);
        }
        return copy;
    }

    private int read(InputStream in, byte[] bytes, int from) throws IOException {
        int read;
        try {
            read = in.read(bytes, from, bytes.length - from);
        } catch (RuntimeException e) { // the JDK's server uses the size of a chunk without validating it
            throw new IOException("malformed chunk in the request body", e);
        }
        watch.begin();
        readBytes += Math.max(0, read);
        return read;
    }

    private static Problem tooLong(int bytesMax, String reason) {
        return new Problem(413, "a value has at most " + bytesMax + " bytes; " + reason);
    }
}
