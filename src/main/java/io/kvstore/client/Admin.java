package io.kvstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Operations on the server as a whole, from {@link KeyValueClient#admin}. Safe for use by any number of threads.
 *
 * <p>If the server requires tokens, {@link #stats} needs one that may read every key; {@link #snapshot}, {@link
 * #checkpoint} and {@link #compact} need one with the rule {@code :admin}.
 */
public final class Admin {

    private final Transport transport;

    Admin(Transport transport) {
        this.transport = transport;
    }

    /** Returns whether the server responds. Returns false, and throws nothing, if the connection fails. */
    public boolean isLive() {
        try {
            return transport.sendOnce(ClientRequest.get("/livez")).status() == 200;
        } catch (ClientException.ConnectionFailed e) {
            return false;
        }
    }

    /**
     * Returns why the server is not ready to serve requests, for example because it is opening, restoring or stopping;
     * null if it is ready. Sends one request, without retries.
     *
     * @throws ClientException.ConnectionFailed if the server is unreachable
     */
    public @Nullable String notReadyReason() {
        Transport.Reply<byte[]> reply = transport.sendOnce(ClientRequest.get("/readyz"));
        return switch (reply.status()) {
            case 200 -> null;
            case 503 -> ErrorDecoder.decode(reply).problem().detail();
            default -> throw ErrorDecoder.decode(reply);
        };
    }

    /** Returns statistics that the server has at hand. */
    public ServerStats stats() {
        JsonNode json = Json.tree(requireOk(transport.send(ClientRequest.get("/stats"))));
        JsonNode history = json.path("history");
        return new ServerStats(
                Json.text(json, "mode"),
                textOrNull(json, "durability"),
                Duration.ofSeconds(Json.number(json, "uptime_seconds")),
                Json.number(json, "keys"),
                Json.number(json, "bytes"),
                Json.text(json, "epoch"),
                Json.number(json, "revision"),
                Json.number(json, "oldest_revision"),
                Json.number(history, "changes"),
                Json.number(history, "bytes"),
                json.path("cache").isObject() ? cache(json.path("cache")) : null,
                textOrNull(json, "failure"));
    }

    /**
     * Starts downloading a backup of the whole store at one revision; the store accepts writes meanwhile. {@code
     * --restore} reads the backup in any mode and rejects one that is cut off.
     */
    public Download snapshot() {
        return Download.of(transport.open(ClientRequest.get("/snapshot")));
    }

    /**
     * Makes the store write a checkpoint, and waits for it.
     *
     * @return the revision up to which the checkpoint contains all changes
     * @throws ClientException.ErrorResponse with status 501 in mode {@code memory}
     */
    public long checkpoint() {
        return Json.number(Json.tree(post("/admin/checkpoint")), "revision");
    }

    /**
     * Makes the store compact its files while it serves requests, and waits for it.
     *
     * @throws ClientException.ErrorResponse with status 501 in modes {@code memory} and {@code logged}, 409 if a
     *     compaction is already running, 507 if the disk has too little space
     */
    public CompactionResult compact() {
        JsonNode json = Json.tree(post("/admin/compact"));
        return new CompactionResult(Json.number(json, "before"), Json.number(json, "after"));
    }

    private Transport.Reply<byte[]> post(String path) {
        return requireOk(transport.sendBulk(new ClientRequest("POST", path, ClientRequest.Effect.NOT_IDEMPOTENT)));
    }

    private static Transport.Reply<byte[]> requireOk(Transport.Reply<byte[]> reply) {
        if (reply.status() != 200) {
            throw ErrorDecoder.decode(reply);
        }
        return reply;
    }

    private static @Nullable String textOrNull(JsonNode json, String field) {
        return json.path(field).textValue();
    }

    private static ServerStats.Cache cache(JsonNode json) {
        return new ServerStats.Cache(
                Json.number(json, "capacity"),
                Json.number(json, "entries"),
                Json.number(json, "bytes"),
                Json.number(json, "hits"),
                Json.number(json, "misses"),
                Json.number(json, "evictions"));
    }
}
