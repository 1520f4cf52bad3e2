package io.kvstore.store;

/**
 * What a commit does: it reads and writes through a transaction, and returns a result.
 *
 * <p>The store runs it once. Only its effects are logged and replayed, so it may read a clock or draw random numbers.
 * Changes run in the order of their revisions, so the times that they read are in that order too.
 */
@FunctionalInterface
public interface Change<K, V, R> {
    R apply(Transaction<K, V> transaction);
}
