package io.kvstore.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Problem details of an error response, {@code application/problem+json} (RFC 9457).
 *
 * @param title the status in words
 * @param detail a human-readable description of the error
 * @param key the key that the error is about, or null if it is not about one key
 * @param members all other members by name; numbers are {@link Long} or {@link Double}, and members can be lists and
 *     maps. An import sends {@code imported} and {@code skipped}: the number of rows before the error
 */
public record Problem(String title, String detail, @Nullable String key, Map<String, Object> members) {}
