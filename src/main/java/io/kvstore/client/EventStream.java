package io.kvstore.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events as the HTML standard defines them, as far as the server uses them. Not thread-safe. */
final class EventStream {

    private static final int BUFFER_BYTES = 8 << 10;

    /**
     * A message: the fields before an empty line.
     *
     * @param id the position after this message, or null if the message has no id
     * @param event the type of the event, or null if the message is a heartbeat or has only an id
     * @param data the data, or an empty string if there is none
     */
    record Message(@Nullable String id, @Nullable String event, String data) {}

    private final InputStream in;

    EventStream(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    /**
     * Returns the next message; waits for it.
     *
     * @throws EOFException if the stream ends, even within a message
     */
    Message next() throws IOException {
        String id = null;
        String event = null;
        StringBuilder data = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
            switch (field) {
                case "id" -> id = value;
                case "event" -> event = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {} // a comment, or a field that this client does not use
            }
        }
        return new Message(id, event, data.toString());
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the stream");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
