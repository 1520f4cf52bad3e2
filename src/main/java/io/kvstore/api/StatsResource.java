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
 * {@code /stats}: figures that are at hand, as JSON with the same members in every mode, null where a mode has no such
 * thing. Scans nothing and waits for no disk; costs what {@code HEAD /keys} does.
 */
final class StatsResource implements Resource {

    private static final long SECOND_NANOS = 1_000_000_000;

    private final Keyspace keyspace;
    private final LongSupplier nanoClock;
    private final long startNanos;

    /** @param nanoClock as {@link System#nanoTime}: the time it has run is told from now on */
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

    /** A failure's own message may name files. */
    private static @Nullable String failure(@Nullable StoreException failure) {
        if (failure == null) {
            return null;
        }
        return failure instanceof StoreException.ReadOnly readOnly && readOnly.diskFull()
                ? "the disk was full: no writes until space is made and the server is restarted"
                : "a write to disk failed: no writes until the server is restarted";
    }
}
