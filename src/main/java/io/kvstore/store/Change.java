package io.kvstore.store;

/**
 * What a commit does: reads and writes through a transaction, and an answer.
 *
 * <p>It depends on nothing but its own fields and what it reads: time and chance are in the fields.
 */
@FunctionalInterface
public interface Change<K, V, R> {
    R apply(Transaction<K, V> transaction);
}
