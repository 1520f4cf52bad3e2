package io.kvstore.client;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The result of a batch.
 *
 * @param revision the revision of the commit, or of the store if the batch changed nothing
 * @param results one for each operation, in batch order
 */
public record BatchResult<V>(long revision, List<Result<V>> results) {

    /**
     * The result of one operation.
     *
     * @param status the HTTP status of the equivalent request: 200, 201 if the operation created the key, 404 if the
     *     key is absent
     * @param etag the state of the key after the operation; null if the key is absent, and for a deletion
     * @param number the new number after an increment; empty for other operations
     * @param row the row that a get read; null for other operations, and if the key is absent
     */
    public record Result<V>(
            int status,
            @Nullable ETag etag,
            OptionalLong number,
            @Nullable Row<V> row) {}
}
