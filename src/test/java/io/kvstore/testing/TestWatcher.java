package io.kvstore.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A client of {@code /watch} that reads one event at a time. */
public final class TestWatcher implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 30_000;

    /** An event as it was received; {@code id} is null if it had none. */
    public record Event(String id, String kind, JsonNode data) {

        /** Returns the key that the event concerns. */
        public String key() {
            return data.get("key").textValue();
        }

        public long revision() {
            return data.get("revision").longValue();
        }

        /** Returns a short form, for example {@code put a 12}. */
        public String brief() {
            return data.has("key") ? kind + " " + key() + " " + revision() : kind;
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final Chunks body;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String lastId;

    private TestWatcher(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.status = Integer.parseInt(line(in::read).substring(9, 12));
        for (String line = line(in::read); !line.isEmpty(); line = line(in::read)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        this.body = new Chunks(in);
    }

    /** Requests a target and reads the head of the response. */
    public static TestWatcher open(int port, String target, String... headers) {
        return open(port, 0, target, headers);
    }

    /** @param receiveBytes the size of the receive buffer; 0 for the system default */
    public static TestWatcher open(int port, int receiveBytes, String target, String... headers) {
        Socket socket = new Socket();
        try {
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            return new TestWatcher(socket);
        } catch (IOException e) {
            close(socket);
            throw new UncheckedIOException(e);
        }
    }

    public int status() {
        return status;
    }

    public String header(String name) {
        return headers.get(name);
    }

    /** Returns the id of the last event, as a browser keeps it; null before the first. */
    public String lastId() {
        return lastId;
    }

    /** Returns the next event; null at the end of the stream. */
    public Event next() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Event read() throws IOException {
        String id = null;
        String kind = null;
        String data = null;
        while (true) {
            String line = line();
            if (line == null) {
                return null;
            }
            if (line.isEmpty()) {
                lastId = id == null ? lastId : id;
                if (data != null) {
                    return new Event(id, kind, TestJson.parse(data));
                }
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                kind = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (!line.startsWith(":")) {
                throw new AssertionError("not a line of an event stream: " + line);
            }
        }
    }

    /** Returns the next line of the body; null at its end. */
    public String line() throws IOException {
        int first = body.read();
        return first < 0 ? null : first == '\n' ? "" : (char) first + line(body::read);
    }

    /** Reads to the end and returns whether the connection was closed before the end of the stream. */
    public boolean isCut() {
        try {
            while (body.read() >= 0) {
                // reads to the end
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Where bytes come from, one by one; -1 when there are no more. */
    @FunctionalInterface
    private interface Bytes {
        int read() throws IOException;
    }

    private static String line(Bytes in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the stream ended after '" + line + "'");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decodes a chunked body. */
    private static final class Chunks {
        private final InputStream in;
        private int left;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        int read() throws IOException {
            if (ended) {
                return -1;
            }
            if (left == 0) {
                left = Integer.parseInt(line(in::read), 16);
                if (left == 0) {
                    ended = true;
                    return -1;
                }
            }
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the connection was closed in the middle of a chunk");
            }
            left--;
            if (left == 0) {
                line(in::read);
            }
            return c;
        }
    }
}
