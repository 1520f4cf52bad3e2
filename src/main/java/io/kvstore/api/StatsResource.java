package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.Durability;
import io.kvstore.store.StoreException;
import io.kvstore.store.StoreStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /stats}: statistics as JSON. The members are the same in every storage mode; a member that does not apply to the
 * mode is null. Does not scan the store and does not wait for the disk. Costs as much as {@code HEAD /keys}.
 */
final class StatsResource implements Resource {

    private static final long SECOND_NANOS = 1_000_000_000;

    private final Keyspace keyspace;
    private final LongSupplier nanoClock;
    private final long startNanos;

    /** @param nanoClock such as {@link System#nanoTime}; the reported uptime starts now */
    StatsResource(Keyspace keyspace, LongSupplier nanoClock) {
        this.keyspace = keyspace;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.EVERY_KEY;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Response response = context.response();
        long keys = keyspace.count().keys();
        StoreStats stats = keyspace.stats();
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.generator(body)) {
            json.writeStartObject();
            json.writeStringField("mode", stats.mode().label());
            Durability durability = stats.durability();
            json.writeStringField("durability", durability == null ? null : durability.label());
            json.writeNumberField("uptime_seconds", (nanoClock.getAsLong() - startNanos) / SECOND_NANOS);
            json.writeNumberField("keys", keys);
            json.writeNumberField("bytes", stats.bytes());
            json.writeStringField("epoch", EntityTag.epoch(stats.epoch()));
            json.writeNumberField("revision", stats.revision());
            json.writeNumberField("oldest_revision", stats.oldestRevision());
            json.writeObjectFieldStart("history");
            json.writeNumberField("changes", stats.historyChanges());
            json.writeNumberField("bytes", stats.historyBytes());
            json.writeEndObject();
            write(stats.cache(), json);
            json.writeBooleanField("writable", stats.failure() == null);
            json.writeStringField("failure", failure(stats.failure()));
            json.writeEndObject();
        }
        response.header(Header.CONTENT_TYPE, "application/json");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(stats.revision()));
        response.bytes(200, body.toByteArray());
    }

    private static void write(StoreStats.@Nullable CacheStats cache, JsonGenerator json) throws IOException {
        if (cache == null) {
            json.writeNullField("cache");
            return;
        }
        json.writeObjectFieldStart("cache");
        json.writeNumberField("capacity", cache.capacity());
        json.writeNumberField("entries", cache.entries());
        json.writeNumberField("bytes", cache.bytes());
        json.writeNumberField("hits", cache.hits());
        json.writeNumberField("misses", cache.misses());
        json.writeNumberField("evictions", cache.evictions());
        json.writeEndObject();
    }

    /** Describes a failure without its own message, which may name files. */
    private static @Nullable String failure(@Nullable StoreException failure) {
        if (failure == null) {
            return null;
        }
        return failure.diskFull()
                ? "the disk was full: free some space and restart the server to accept writes again"
                : "a write to disk failed: restart the server to accept writes again";
    }
}
