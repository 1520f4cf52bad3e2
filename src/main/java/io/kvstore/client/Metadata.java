package io.kvstore.client;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a key without its value.
 *
 * @param etag identifies the state
 * @param revision the store's revision of the state
 * @param length length of the value in bytes
 * @param contentType the content type given when the value was written, or the one that the server derived from its
 *     bytes
 * @param lastModified when the value was written, by the server's clock, rounded up to a whole second but not later than the
 *     response
 * @param timeToLive remaining time to live, rounded up to seconds; null if the key does not expire
 */
public record Metadata(
        ETag etag,
        long revision,
        long length,
        String contentType,
        Instant lastModified,
        @Nullable Duration timeToLive) {}
