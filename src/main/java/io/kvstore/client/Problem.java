package io.kvstore.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of an error, as {@code application/problem+json} (RFC 9457).
 *
 * @param title the status in words
 * @param detail what was wrong, for people
 * @param key the key it is about, where it is about one
 * @param members what it tells besides, by name: numbers as {@link Long} or {@link Double}, lists and maps of such. Of an
 *     import {@code imported} and {@code skipped}: how many rows were taken before
 */
public record Problem(String title, String detail, @Nullable String key, Map<String, Object> members) {}
