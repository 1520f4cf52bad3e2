package io.kvstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The server as a whole. Reached by {@link KeyValueClient#admin}; safe for use by any number of threads.
 *
 * <p>With tokens, {@link #stats} needs one that may read every key, {@link #snapshot}, {@link #checkpoint} and {@link
 * #compact} an {@code :admin} one.
 */
public final class Admin {

    private final Transport transport;

    Admin(Transport transport) {
        this.transport = transport;
    }

    /** Whether the server answers at all: false where nobody can be reached, and never an exception of the connection. */
    public boolean isLive() {
        try {
            return transport.sendOnce(Call.get("/livez")).status() == 200;
        } catch (ConnectionFailedException e) {
            return false;
        }
    }

    /**
     * Why the server is not ready to serve, as while it opens, restores or stops; null when it is. Asks once, without
     * repeating.
     *
     * @throws ConnectionFailedException when it cannot be reached
     */
    public @Nullable String unreadiness() {
        Transport.Reply<byte[]> reply = transport.sendOnce(Call.get("/readyz"));
        return switch (reply.status()) {
            case 200 -> null;
            case 503 -> Problems.of(reply).problem().detail();
            default -> throw Problems.of(reply);
        };
    }

    /** Figures that the server has at hand. */
    public ServerStats stats() {
        JsonNode json = Json.tree(requireOk(transport.send(Call.get("/stats"))));
        JsonNode history = json.path("history");
        return new ServerStats(
                Values.text(json, "mode"),
                textOrNull(json, "durability"),
                Duration.ofSeconds(Values.number(json, "uptime_seconds")),
                Values.number(json, "keys"),
                Values.number(json, "bytes"),
                Values.text(json, "epoch"),
                Values.number(json, "revision"),
                Values.number(json, "oldest_revision"),
                Values.number(history, "changes"),
                Values.number(history, "bytes"),
                json.path("cache").isObject() ? cache(json.path("cache")) : null,
                textOrNull(json, "failure"));
    }

    /**
     * A backup of the whole store at one revision, taken while others write, for {@code --restore} to read back in any mode.
     * One that was cut off is refused by it.
     */
    public Download snapshot() {
        return Download.of(transport.open(Call.get("/snapshot")));
    }

    /**
     * Has the store write a checkpoint now.
     *
     * @return the revision up to which everything is in it
     * @throws ResponseException with status 501 in mode {@code memory}
     */
    public long checkpoint() {
        return Values.number(Json.tree(change("/admin/checkpoint")), "revision");
    }

    /**
     * Has the store shrink its files, while it serves.
     *
     * @throws ResponseException with status 501 in modes {@code memory} and {@code logged}, 409 where it is under way
     *     already, 507 where the disk has too little room
     */
    public Compacted compact() {
        JsonNode json = Json.tree(change("/admin/compact"));
        return new Compacted(Values.number(json, "before"), Values.number(json, "after"));
    }

    private Transport.Reply<byte[]> change(String path) {
        return requireOk(transport.sendBulk(new Call("POST", path, Call.Effect.ONCE)));
    }

    private static Transport.Reply<byte[]> requireOk(Transport.Reply<byte[]> reply) {
        if (reply.status() != 200) {
            throw Problems.of(reply);
        }
        return reply;
    }

    private static @Nullable String textOrNull(JsonNode json, String field) {
        return json.path(field).textValue();
    }

    private static ServerStats.Cache cache(JsonNode json) {
        return new ServerStats.Cache(
                Values.number(json, "capacity"),
                Values.number(json, "entries"),
                Values.number(json, "bytes"),
                Values.number(json, "hits"),
                Values.number(json, "misses"),
                Values.number(json, "evictions"));
    }
}
