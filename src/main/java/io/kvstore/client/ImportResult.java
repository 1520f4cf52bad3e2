package io.kvstore.client;

/**
 * The result of an import.
 *
 * @param imported number of rows stored
 * @param skipped number of rows not stored: expired rows and, with {@link ImportMode#SKIP}, rows of existing keys
 * @param deleted with {@link ImportMode#REPLACE}, number of deleted keys that no row names; otherwise 0
 * @param revision the store's revision after the import
 */
public record ImportResult(long imported, long skipped, long deleted, long revision) {}
