package io.kvstore.storage;

import io.kvstore.store.Commit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The observers of a store, which are called for every commit. Thread-safe. */
final class Observers<K, V> {

    private static final System.Logger LOG = System.getLogger(Observers.class.getName());

    private final List<Consumer<Commit<K, V>>> observers = new CopyOnWriteArrayList<>();

    /** Adds an observer; closing the result removes it. */
    AutoCloseable add(Consumer<Commit<K, V>> observer) {
        observers.add(observer);
        return () -> observers.remove(observer);
    }

    /** Calls every observer. An observer that throws is a bug: it is logged, and does not stop the store. */
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
