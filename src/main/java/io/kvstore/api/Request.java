package io.kvstore.api;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks for. Belongs to the thread that handles it. */
final class Request {

    private static final byte[] NO_BYTES = {};
    private static final int FIRST_READ_BYTES = 8 << 10;

    private final HttpExchange exchange;
    private final IoWatch watch;
    private final Headers headers;
    private final Target target;

    /** @throws Problem 400 when the target cannot be read */
    Request(HttpExchange exchange, IoWatch watch) {
        this.exchange = exchange;
        this.watch = watch;
        this.headers = exchange.getRequestHeaders();
        // The parsed parts of the URI lose what keys need: //keys/a has an authority there, and %2F is decoded.
        this.target = Target.parse(exchange.getRequestURI().toString());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    Target target() {
        return target;
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
     * The whole body. Takes no more memory than about twice what has come in.
     *
     * @throws Problem 413 when it is, or says it is, longer than {@code bytesMax}
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
        return new BodyStream(exchange.getRequestBody(), watch, declared, what, bytesMax);
    }

    private long declaredBytes() {
        if (headers.containsKey(Header.TRANSFER_ENCODING)) {
            return -1;
        }
        String length = headers.getFirst(Header.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length); // Framing lets nothing else pass
    }

    private byte[] known(InputStream in, int size) throws IOException {
        byte[] bytes = size == 0 ? NO_BYTES : new byte[Math.min(size, FIRST_READ_BYTES)];
        int count = 0;
        while (count < size) {
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * count));
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
                return Arrays.copyOf(bytes, count);
            }
            count += read;
            if (count > bytesMax) {
                throw tooLong(bytesMax, "more");
            }
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(bytesMax + 1L, 2L * count));
            }
        }
    }

    private int read(InputStream in, byte[] bytes, int from) throws IOException {
        int read;
        try {
            read = in.read(bytes, from, bytes.length - from);
        } catch (RuntimeException e) { // the JDK's server computes with sizes of chunks that are none
            throw new IOException("a body in chunks that are malformed", e);
        }
        watch.begin();
        return read;
    }

    private static Problem tooLong(int bytesMax, String given) {
        return new Problem(413, "a value has at most " + bytesMax + " bytes here, not " + given);
    }
}
