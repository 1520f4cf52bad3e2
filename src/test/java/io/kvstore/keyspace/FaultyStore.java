package io.kvstore.keyspace;

import io.kvstore.storage.Stores;
import io.kvstore.store.CommitStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A store in memory, each of whose methods can be made to do something else first. */
public final class FaultyStore {

    /** What a method does first; it may throw. */
    @FunctionalInterface
    public interface Fault {
        void before() throws Exception;
    }

    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final CommitStore<Key, Value> store = Stores.open(Keyspace.options());

    /** Has a method of the store, by its name, do this first from now on; a commit is one however it is begun. */
    public void on(String method, Fault fault) {
        faults.put(method, fault);
    }

    /** Has a method of the store fail from now on. */
    public void fail(String method, Exception failure) {
        on(method, () -> {
            throw failure;
        });
    }

    /** The keyspace over it. */
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
