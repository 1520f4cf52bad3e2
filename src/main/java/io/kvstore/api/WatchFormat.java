package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The formats of a stream of events. */
enum WatchFormat {

    /** Server-sent events as defined by the HTML standard. */
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
        void heartbeat(String id, OutputStream out) throws IOException {
            // An ID alone is not an event, but a client that reconnects continues from it.
            ascii(":\nid: " + id + "\n\n", out);
        }
    },

    /** One JSON object per line, which includes the event type and the ID. */
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
            // nothing to write: the head of the response shows that the watch has started
        }

        @Override
        void heartbeat(String id, OutputStream out) throws IOException {
            out.write('\n');
        }
    };

    /** Writes the other fields of an event into the current JSON object. */
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
     * Starts the stream, before the first event.
     *
     * @param id the ID of the current position, or null if the client knows it or has no position yet
     */
    abstract void begin(@Nullable String id, OutputStream out) throws IOException;

    /**
     * Writes an event.
     *
     * @param id the ID of the event, or null if a client cannot continue from it
     * @param event the type of the event
     */
    abstract void event(@Nullable String id, String event, Fields fields, OutputStream out) throws IOException;

    /**
     * Writes a heartbeat.
     *
     * @param id the ID of the current position
     */
    abstract void heartbeat(String id, OutputStream out) throws IOException;

    private static void ascii(String text, OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
