package io.kvstore.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A server on plain sockets that handles each request with the next step of a script, and records the requests. It
 * does not read what a client sends after the last step of a connection.
 */
public final class ScriptedServer implements AutoCloseable {

    /** Handles one request that has been read. */
    @FunctionalInterface
    public interface Step {
        /** @return whether to keep the connection for another request */
        boolean run(Socket socket) throws IOException;
    }

    private final ServerSocket listening;
    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    public ScriptedServer(Step... steps) {
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.steps.addAll(List.of(steps));
        new Thread(this::accept, "scripted-server").start();
    }

    /** Sends a response; the lines are given without line ends, with an empty one before the body. */
    public static Step respond(String... lines) {
        byte[] bytes = String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        return socket -> {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return true;
        };
    }

    /** Sends a response with a body of known length. */
    public static Step respond(int status, String body, String... headers) {
        List<String> lines = new ArrayList<>(List.of("HTTP/1.1 " + status + " As Scripted"));
        lines.addAll(List.of(headers));
        lines.add("Content-Length: " + body.length());
        lines.add("");
        lines.add(body);
        return respond(lines.toArray(String[]::new));
    }

    /** Sends the response to a write. */
    public static Step written(int status) {
        return respond(status, "", "ETag: \"e-7\"", "KV-Revision: 7");
    }

    /** Closes the connection without a response. */
    public static Step hangUp() {
        return socket -> false;
    }

    /** Sends these lines, then closes the connection. */
    public static Step hangUpAfter(String... lines) {
        Step answer = respond(lines);
        return socket -> {
            answer.run(socket);
            return false;
        };
    }

    /** Sends nothing until the client disconnects. */
    public static Step silence() {
        return silenceAfter();
    }

    /** Sends these lines, then nothing until the client disconnects. */
    public static Step silenceAfter(String... lines) {
        Step answer = respond(lines);
        return socket -> {
            answer.run(socket);
            while (socket.getInputStream().read() >= 0) {
                // ignores what the client still sends
            }
            return false;
        };
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** Returns the heads of all requests, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns the methods and targets of all requests, such as {@code GET /keys/a}. */
    public List<String> targets() {
        return requests().stream()
                .map(head -> head.substring(0, head.indexOf(" HTTP/1.1")))
                .toList();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                sockets.add(socket);
                new Thread(() -> serve(socket), "scripted-connection").start();
            } catch (IOException e) {
                // the socket is closed
            }
        }
        closeAll();
    }

    private void serve(Socket socket) {
        try (socket) {
            boolean kept = true;
            while (kept) {
                String head = head(socket.getInputStream());
                if (head == null) {
                    return;
                }
                requests.add(head);
                Step step = steps.poll();
                kept = step != null && step.run(socket);
            }
        } catch (IOException e) {
            // the client disconnected, or the test has ended
        }
    }

    private void closeAll() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Reads a request with its body, and returns its head. */
    private static String head(InputStream in) throws IOException {
        String text = readUntil("\r\n\r\n", in);
        if (text == null) {
            return null;
        }
        for (String line : text.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                in.readNBytes(Integer.parseInt(line.substring(15).strip()));
            }
            if (line.toLowerCase(Locale.ROOT).equals("transfer-encoding: chunked")) {
                readUntil("0\r\n\r\n", in);
            }
        }
        return text;
    }

    private static String readUntil(String end, InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < end.length() || text.indexOf(end, text.length() - end.length()) < 0) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            text.append((char) b);
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeAll();
    }
}
