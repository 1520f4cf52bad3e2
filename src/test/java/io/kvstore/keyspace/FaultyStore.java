package io.kvstore.keyspace;

import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.CommitStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A store in memory that can run a fault before any of its methods. */
public final class FaultyStore {

    /** Code to run before a method; it may throw. */
    @FunctionalInterface
    public interface Fault {
        void before() throws Exception;
    }

    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final CommitStore<Key, Value> store = Stores.open(StoreOptions.of(Keyspace.FORMAT));

    /** Runs a fault before every further call of a method, given by its name; {@code commit} includes {@code begin}. */
    public void on(String method, Fault fault) {
        faults.put(method, fault);
    }

    /** Makes every further call of a method fail. */
    public void fail(String method, Exception failure) {
        on(method, () -> {
            throw failure;
        });
    }

    /** Returns a keyspace over this store. */
    @SuppressWarnings("unchecked")
    public Keyspace keyspace() {
        return new Keyspace(
                (CommitStore<Key, Value>) Proxy.newProxyInstance(
                        FaultyStore.class.getClassLoader(),
                        new Class<?>[] {CommitStore.class},
                        (proxy, method, arguments) -> {
                            String name = method.getName();
                            Fault fault = faults.get(name.equals("begin") ? "commit" : name);
                            if (fault != null) {
                                fault.before();
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }),
                InstantSource.system());
    }
}
