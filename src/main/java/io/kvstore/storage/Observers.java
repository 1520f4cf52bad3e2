package io.kvstore.storage;

import io.kvstore.store.Commit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who are told of every commit. Thread-safe. */
final class Observers<K, V> {

    private static final System.Logger LOG = System.getLogger(Observers.class.getName());

    private final List<Consumer<Commit<K, V>>> observers = new CopyOnWriteArrayList<>();

    AutoCloseable add(Consumer<Commit<K, V>> observer) {
        observers.add(observer);
        return () -> observers.remove(observer);
    }

    /** Tells all of them; one that throws is a defect that is logged, and must not stop a store. */
    void notifyAll(Commit<K, V> commit) {
        for (Consumer<Commit<K, V>> observer : observers) {
            try {
                observer.accept(commit);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "an observer of commits failed", e);
            }
        }
    }
}
