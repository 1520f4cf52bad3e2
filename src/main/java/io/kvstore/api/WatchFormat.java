package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How a stream of events is written. */
enum WatchFormat {

    /** Server-sent events, as the HTML standard has them. */
    EVENTS("text/event-stream") {
        @Override
        void event(@Nullable String id, String event, Fields fields, OutputStream out) throws IOException {
            if (id != null) {
                ascii("id: " + id + "\n", out);
            }
            ascii("event: " + event + "\ndata: ", out);
            try (JsonGenerator json = Json.part(out)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
            ascii("\n\n", out);
        }

        @Override
        void begin(@Nullable String id, OutputStream out) throws IOException {
            ascii(id == null ? ": watching\n\n" : ": watching\nid: " + id + "\n\n", out);
        }

        @Override
        void idle(String id, OutputStream out) throws IOException {
            // An id alone is no event, but it is where a client goes on that has to connect again.
            ascii(":\nid: " + id + "\n\n", out);
        }
    },

    /** A JSON object a line, with the event and its id in it. */
    LINES("application/x-ndjson") {
        @Override
        void event(@Nullable String id, String event, Fields fields, OutputStream out) throws IOException {
            try (JsonGenerator json = Json.part(out)) {
                json.writeStartObject();
                json.writeStringField("event", event);
                if (id != null) {
                    json.writeStringField("id", id);
                }
                fields.write(json);
                json.writeEndObject();
            }
            out.write('\n');
        }

        @Override
        void begin(@Nullable String id, OutputStream out) {
            // the head of the answer says it
        }

        @Override
        void idle(String id, OutputStream out) throws IOException {
            out.write('\n');
        }
    };

    /** What an event says besides, written into an object that is open. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private final String mediaType;

    WatchFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /**
     * Writes something before the first event.
     *
     * @param id where the client is, or null where it knows, or is nowhere yet
     */
    abstract void begin(@Nullable String id, OutputStream out) throws IOException;

    /** Writes an event. */
    abstract void event(@Nullable String id, String event, Fields fields, OutputStream out) throws IOException;

    /**
     * Writes a sign of life.
     *
     * @param id where the client has got to
     */
    abstract void idle(String id, OutputStream out) throws IOException;

    private static void ascii(String text, OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
