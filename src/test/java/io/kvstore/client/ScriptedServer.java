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
 * A server of plain sockets that does to one request after the other what the test says, and keeps what was asked. What is
 * sent over a connection after its last step is not read.
 */
public final class ScriptedServer implements AutoCloseable {

    /** What becomes of a request that has been read. */
    @FunctionalInterface
    public interface Step {
        /** @return whether the connection is kept for another request */
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

    /** Sends an answer, its lines given without their ends, an empty one before the body. */
    public static Step answer(String... lines) {
        byte[] bytes = String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        return socket -> {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return true;
        };
    }

    /** An answer with a body of known length. */
    public static Step answer(int status, String body, String... headers) {
        List<String> lines = new ArrayList<>(List.of("HTTP/1.1 " + status + " As Scripted"));
        lines.addAll(List.of(headers));
        lines.add("Content-Length: " + body.length());
        lines.add("");
        lines.add(body);
        return answer(lines.toArray(String[]::new));
    }

    /** The answer to a write. */
    public static Step written(int status) {
        return answer(status, "", "ETag: \"e-7\"", "KV-Revision: 7");
    }

    /** Closes the connection, before any byte of an answer. */
    public static Step hangUp() {
        return socket -> false;
    }

    /** Sends what it is given, then closes the connection. */
    public static Step hangUpAfter(String... lines) {
        Step answer = answer(lines);
        return socket -> {
            answer.run(socket);
            return false;
        };
    }

    /** Never answers: waits until the client is gone. */
    public static Step silence() {
        return silenceAfter();
    }

    /** Sends what it is given, then nothing until the client is gone. */
    public static Step silenceAfter(String... lines) {
        Step answer = answer(lines);
        return socket -> {
            answer.run(socket);
            while (socket.getInputStream().read() >= 0) {
                // what it still sends does not matter
            }
            return false;
        };
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** The request lines and heads that came, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The methods and targets that came, as in {@code GET /keys/a}. */
    public List<String> asked() {
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
                // the end
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
            // the client is gone, or the test is over
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

    /** Reads a request, its body too. */
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
