package io.kvstore.client;

/**
 * What an import did.
 *
 * @param imported rows that were taken
 * @param skipped rows that were not: expired ones, and under {@link ImportMode#SKIP} those of keys that existed
 * @param deleted keys that no row named, under {@link ImportMode#REPLACE}; else 0
 * @param revision the store's when it was done
 */
public record Imported(long imported, long skipped, long deleted, long revision) {}
