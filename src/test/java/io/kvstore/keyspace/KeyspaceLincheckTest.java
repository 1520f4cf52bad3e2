package io.kvstore.keyspace;

import io.kvstore.disk.SimulatedDisk;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.Seed;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that a keyspace is linearizable: Lincheck runs small random programs of two threads and searches for a sequential
 * order of their operations that explains every result, including the revisions.
 */
@Tag("lincheck")
class KeyspaceLincheckTest {

    private static final int NEW_PROGRAMS = Integer.getInteger("lincheck.programs", 100);

    private static final List<Method> OPERATIONS = Arrays.stream(Clients.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Operation.class))
            .sorted(Comparator.comparing(Method::getName))
            .toList();

    /** Uses the store in memory, run sequentially, as the specification; other tests cover its sequential behaviour. */
    private static void check(Class<? extends Clients> clients, int programs, int runs) {
        new StressOptions()
                .sequentialSpecification(Memory.class)
                .iterations(programs)
                .invocationsPerIteration(runs)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(4)
                .actorsAfter(1)
                .check(clients);
    }

    @Test
    void memory_isLinearizable() {
        check(Memory.class, 12, 120);
    }

    /** Slow mainly because Lincheck instruments the classes of MapDB. */
    @Test
    @Tag("stress")
    void cached_isLinearizable() {
        check(Cached.class, 40, 100);
    }

    @Test
    void logged_isLinearizable() {
        check(Logged.class, 6, 40);
    }

    /** Lincheck draws the same programs in every run; these are new. */
    @ParameterizedTest
    @ValueSource(classes = {Memory.class, Cached.class, Logged.class})
    @Tag("stress")
    void newPrograms_areLinearizable(Class<? extends Clients> clients) {
        Random random = new Random(Seed.draw("KeyspaceLincheckTest, " + clients.getSimpleName()));
        StressOptions options = new StressOptions()
                .sequentialSpecification(Memory.class)
                .iterations(0)
                .invocationsPerIteration(100)
                .minimizeFailedScenario(false);
        for (int i = 0; i < NEW_PROGRAMS; i++) {
            options.addCustomScenario(program(random));
        }
        options.check(clients);
    }

    /** Returns a program of two threads, and one call before and after. */
    private static ExecutionScenario program(Random random) {
        return new ExecutionScenario(
                calls(random, 1), List.of(calls(random, 4), calls(random, 4)), calls(random, 1), close());
    }

    private static List<Actor> calls(Random random, int count) {
        return Stream.generate(() -> call(random)).limit(count).toList();
    }

    private static Actor call(Random random) {
        Method operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
        List<Object> arguments = Arrays.stream(operation.getParameters())
                .<Object>map(parameter -> 1 + random.nextInt(bound(parameter)))
                .toList();
        return new Actor(operation, arguments);
    }

    /** Returns the largest number that a parameter takes. */
    private static int bound(Parameter parameter) {
        String name = parameter.getAnnotation(Param.class).name();
        return switch (name) {
            case "key" -> 2;
            case "number" -> 9;
            case "revision" -> 5;
            default -> throw new AssertionError("no range for parameter " + name);
        };
    }

    private static Actor close() {
        try {
            return new Actor(Clients.class.getMethod("close"), List.of());
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    /** Mode 0. */
    public static final class Memory extends Clients {
        public Memory() {
            super(StorageMode.MEMORY);
        }
    }

    /** Mode 2, which includes all of mode 1; the cache has room for one of the two keys. */
    public static final class Cached extends Clients {
        public Cached() {
            super(StorageMode.CACHED);
        }
    }

    /** Mode 3. */
    public static final class Logged extends Clients {
        public Logged() {
            super(StorageMode.LOGGED);
        }
    }

    /** The operations of the threads. The keys are {@code k1} and {@code k2}. */
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    @Param(name = "number", gen = IntGen.class, conf = "1:9")
    @Param(name = "revision", gen = IntGen.class, conf = "1:5")
    public abstract static class Clients {

        private static final long EPOCH = 7;

        private final Keyspace keyspace;

        Clients(StorageMode mode) {
            keyspace = new Keyspace(
                    Stores.open(StoreOptions.of(Keyspace.FORMAT)
                            .mode(mode, mode == StorageMode.MEMORY ? null : Path.of("data"))
                            .cacheCapacity(1)
                            .disk(new SimulatedDisk())
                            .random(() -> EPOCH)),
                    () -> Instant.EPOCH);
        }

        private static Key key(int number) {
            return Key.of("k" + number);
        }

        private static Content number(int number) {
            return new Content(Integer.toString(number).getBytes(StandardCharsets.US_ASCII), null);
        }

        private String execute(Command command) {
            return result(keyspace.execute(command));
        }

        private static String result(Outcome outcome) {
            return outcome.status() + " " + outcome.revision() + " " + result(outcome.value());
        }

        private static String result(Value value) {
            return value == null
                    ? "none"
                    : new String(value.bytes(), StandardCharsets.US_ASCII) + "@" + value.revision();
        }

        @Operation
        public String get(@Param(name = "key") int key) {
            return result(keyspace.get(key(key)));
        }

        @Operation
        public String put(@Param(name = "key") int key, @Param(name = "number") int number) {
            return execute(new Command.Put(key(key), number(number), Expiry.NEVER, Conditions.NONE));
        }

        @Operation
        public String create(@Param(name = "key") int key, @Param(name = "number") int number) {
            return execute(new Command.Put(key(key), number(number), Expiry.NEVER, new Conditions(null, Match.ANY)));
        }

        @Operation
        public String compareAndSet(
                @Param(name = "key") int key,
                @Param(name = "revision") int revision,
                @Param(name = "number") int number) {
            Match match = Match.of(List.of(new Version(EPOCH, revision)));
            return execute(new Command.Put(key(key), number(number), Expiry.NEVER, new Conditions(match, null)));
        }

        @Operation
        public String delete(@Param(name = "key") int key) {
            return execute(new Command.Delete(key(key), Conditions.NONE));
        }

        @Operation
        public String increment(@Param(name = "key") int key, @Param(name = "number") int by) {
            return execute(new Command.Increment(key(key), by, Expiry.KEEP, Conditions.NONE));
        }

        /** Moves a number from one key to the other if the first key exists. */
        @Operation
        public String batch(@Param(name = "number") int by) {
            BatchOutcome outcome = keyspace.executeAll(List.of(
                    new Command.Check(key(1), new Conditions(Match.ANY, null)),
                    new Command.Increment(key(1), -by, Expiry.KEEP, Conditions.NONE),
                    new Command.Increment(key(2), by, Expiry.KEEP, Conditions.NONE),
                    new Command.Get(key(1))));
            return outcome.outcomes().stream().map(Clients::result).toList() + " " + outcome.revision();
        }

        /** Reads both keys from one state. */
        @Operation
        public String list() {
            Walk<Value> walk = keyspace.walk(Selection.ALL, null);
            List<Map.Entry<Key, Value>> rows = walk.next();
            return rows.stream()
                            .map(row -> row.getKey() + "=" + result(row.getValue()))
                            .toList()
                    + " " + walk.revision();
        }

        /** Stops the threads of the store; Lincheck runs no operation after this. */
        @Validate
        public void close() {
            keyspace.close();
        }
    }
}
