package io.kvstore.client;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a batch did.
 *
 * @param revision of its commit; the store's where it changed nothing
 * @param results one for each operation, in their order
 */
public record BatchResult<V>(long revision, List<Result<V>> results) {

    /**
     * What an operation did.
     *
     * @param status as of the request that it stands for: 200, 201 where it created the key, 404 where there is none
     * @param etag the state the key is in since; null where there is no such key, and of a deletion
     * @param number what an increment made of it; empty for others
     * @param row what a get has read; null for others, and where there is no such key
     */
    public record Result<V>(
            int status,
            @Nullable ETag etag,
            OptionalLong number,
            @Nullable Row<V> row) {}
}
