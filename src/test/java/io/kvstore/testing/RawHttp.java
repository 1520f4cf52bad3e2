package io.kvstore.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/** An HTTP connection that sends exactly the given bytes and returns responses as they were received. */
public final class RawHttp implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final byte[] NOTHING = {};

    /** A request that awaits its response, which is checked against {@code openapi.json}; the body is null if unknown. */
    private record Sent(String requestLine, List<String> headers, byte[] body) {}

    private final Socket socket;
    private final InputStream in;
    private final Queue<Sent> sent = new ArrayDeque<>();

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    public static RawHttp connect(int port) {
        return connect(port, 0);
    }

    /** @param receiveBytes the size of the receive buffer; 0 for the system default */
    public static RawHttp connect(int port, int receiveBytes) {
        return connect(InetAddress.getLoopbackAddress(), port, receiveBytes);
    }

    /** @param receiveBytes the size of the receive buffer; 0 for the system default */
    public static RawHttp connect(InetAddress address, int port, int receiveBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            return new RawHttp(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Uses an existing connection, such as a TLS socket. */
    public static RawHttp over(Socket socket) {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return new RawHttp(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends text unchanged, one byte for each character. */
    public RawHttp send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawHttp send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the head of a request. The lines are given without line ends. */
    public RawHttp head(String requestLine, String... headers) {
        sent.add(new Sent(requestLine, List.of(headers), null));
        return send(headOf(requestLine, headers));
    }

    private static String headOf(String requestLine, String... headers) {
        StringBuilder head = new StringBuilder(requestLine).append("\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** Sends a request without a body and reads the response. */
    public Answer request(String method, String target, String... headers) {
        head(method + " " + target + " HTTP/1.1", headers);
        return answer(method);
    }

    /** Sends a request with a body of known length and reads the response. */
    public Answer request(String method, String target, byte[] body, String... headers) {
        List<String> lines = new ArrayList<>(List.of(headers));
        lines.add("Content-Length: " + body.length);
        byte[] head = headOf(method + " " + target + " HTTP/1.1", lines.toArray(String[]::new))
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        sent.add(new Sent(method + " " + target + " HTTP/1.1", List.of(headers), body));
        return send(request).answer(method);
    }

    public Answer get(String target, String... headers) {
        return request("GET", target, headers);
    }

    public Answer put(String target, String body, String... headers) {
        return request("PUT", target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Closes the sending side of the connection. */
    public RawHttp finish() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the server sends a byte or closes the connection, and returns whether it has closed it. */
    public boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true; // a reset
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns everything the server sends until it closes or resets the connection. */
    public String rest() {
        StringBuilder rest = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                rest.append((char) c);
            }
        } catch (SocketException e) {
            rest.append("(reset)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rest.toString();
    }

    /** Returns whether the server has sent bytes that are not read yet, without waiting. */
    public boolean hasBytes() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the response to a request with a method other than HEAD. */
    public Answer answer() {
        return answer("GET");
    }

    /** Reads the response to a request with a method. */
    public Answer answer(String method) {
        Answer answer = read(method);
        Sent request = sent.poll();
        String[] words = request == null ? new String[0] : request.requestLine().split(" ", -1);
        if (words.length == 3) {
            OpenApi.check(words[0], words[1], request.headers(), request.body(), answer);
        }
        return answer;
    }

    private Answer read(String method) {
        try {
            String statusLine = line();
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
            int status = Integer.parseInt(statusLine.substring(9, 12));
            boolean bodiless = method.equals("HEAD") || status == 204 || status == 304 || status < 200;
            if (bodiless) {
                return new Answer(status, headers, NOTHING, true);
            }
            if (headers.containsKey("Transfer-Encoding")) {
                return chunked(status, headers);
            }
            int length = Integer.parseInt(
                    headers.getOrDefault("Content-Length", List.of("0")).get(0));
            byte[] body = in.readNBytes(length);
            return new Answer(status, headers, body, body.length == length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer chunked(int status, Map<String, List<String>> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            while (true) {
                int size = Integer.parseInt(line(), 16);
                byte[] chunk = in.readNBytes(size);
                body.writeBytes(chunk);
                if (chunk.length < size) {
                    return new Answer(status, headers, body.toByteArray(), false);
                }
                line();
                if (size == 0) {
                    return new Answer(status, headers, body.toByteArray(), true);
                }
            }
        } catch (EOFException | SocketException e) {
            return new Answer(status, headers, body.toByteArray(), false);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the server closed the connection after '" + line + "'");
            }
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A response as it was received. */
    public static final class Answer {

        private final int status;
        private final Map<String, List<String>> headers;
        private final byte[] body;
        private final boolean complete;

        private Answer(int status, Map<String, List<String>> headers, byte[] body, boolean complete) {
            this.status = status;
            this.headers = headers;
            this.body = body;
            this.complete = complete;
        }

        public int status() {
            return status;
        }

        /** Returns the values of each header by name, in any case. */
        public Map<String, List<String>> headers() {
            return headers;
        }

        /** Returns the only value of a header, or null if it is absent. */
        public String header(String name) {
            List<String> values = headers.get(name);
            if (values != null && values.size() > 1) {
                throw new AssertionError(name + " occurs more than once: " + values);
            }
            return values == null ? null : values.get(0);
        }

        public byte[] body() {
            return body;
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return TestJson.parse(body);
        }

        /** Returns whether the body was received completely. */
        public boolean complete() {
            return complete;
        }

        public long revision() {
            return Long.parseLong(header("KV-Revision"));
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + text();
        }
    }
}
