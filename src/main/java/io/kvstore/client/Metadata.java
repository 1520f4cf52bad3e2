package io.kvstore.client;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key beside its value.
 *
 * @param etag its state
 * @param revision the store's revision of that state
 * @param length of the value, in bytes
 * @param contentType as it was written, or what the server takes the bytes for where none was given
 * @param lastModified when it was written, by the server's clock, in whole seconds
 * @param timeToLive what is left of it, rounded up to seconds; null for a key that does not expire
 */
public record Metadata(
        ETag etag,
        long revision,
        long length,
        String contentType,
        Instant lastModified,
        @Nullable Duration timeToLive) {}
