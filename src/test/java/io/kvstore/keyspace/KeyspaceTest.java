package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StorageMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Executes commands, alone and in batches, and lets keys expire. */
@Tag("contract")
@ParameterizedClass
@EnumSource(StorageMode.class)
class KeyspaceTest {

    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");
    private static final Key C = Key.of("c");

    private final StorageMode mode;
    private final AtomicLong now = new AtomicLong(1_000_000);

    @TempDir
    Path folder;

    private Keyspace keyspace;

    KeyspaceTest(StorageMode mode) {
        this.mode = mode;
    }

    @BeforeEach
    void open() {
        keyspace = new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(mode, mode == StorageMode.MEMORY ? null : folder.resolve("data"))),
                () -> Instant.ofEpochMilli(now.get()));
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static Content content(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8), null);
    }

    private static Command put(Key key, String text) {
        return new Command.Put(key, content(text), Expiry.NEVER, Conditions.NONE);
    }

    private static Command put(Key key, String text, long millis) {
        return new Command.Put(key, content(text), new Expiry.After(millis), Conditions.NONE);
    }

    private static Command create(Key key, String text) {
        return new Command.Put(key, content(text), Expiry.NEVER, new Conditions(null, Match.ANY));
    }

    private String text(Key key) {
        Value value = keyspace.get(key);
        return value == null ? null : new String(value.bytes(), StandardCharsets.UTF_8);
    }

    private static List<Status> statuses(BatchOutcome outcome) {
        return outcome.outcomes().stream().map(Outcome::status).toList();
    }

    @Test
    void executeAll_isOneCommitInWhichEachCommandSeesThoseBefore() {
        BatchOutcome outcome = keyspace.executeAll(List.of(
                put(A, "1"),
                new Command.Increment(A, 2, Expiry.KEEP, Conditions.NONE),
                new Command.Get(A),
                new Command.Delete(A, Conditions.NONE),
                create(A, "again"),
                new Command.Check(A, new Conditions(Match.ANY, null)),
                new Command.Get(B)));
        assertThat(statuses(outcome))
                .containsExactly(
                        Status.CREATED,
                        Status.REPLACED,
                        Status.UNCHANGED,
                        Status.DELETED,
                        Status.CREATED,
                        Status.UNCHANGED,
                        Status.MISSING);
        assertThat(outcome.revision()).isEqualTo(1);
        assertThat(outcome.outcomes().get(2).value().bytes()).isEqualTo(new byte[] {'3'});
        assertThat(text(A)).isEqualTo("again");
        assertThat(keyspace.get(A).revision()).isEqualTo(1);
        assertThat(keyspace.revision()).isEqualTo(1);
    }

    @Test
    void executeAll_changesNothingIfOneCommandFails() {
        keyspace.execute(put(A, "1"));
        BatchOutcome outcome = keyspace.executeAll(List.of(
                put(A, "2"), create(A, "3"), put(B, "x"), new Command.Increment(B, 1, Expiry.KEEP, Conditions.NONE)));
        assertThat(statuses(outcome))
                .containsExactly(Status.REPLACED, Status.CONDITION_FAILED, Status.CREATED, Status.NOT_A_NUMBER);
        assertThat(outcome.isFailure()).isTrue();
        assertThat(outcome.revision()).isEqualTo(1);
        assertThat(text(A)).isEqualTo("1");
        assertThat(text(B)).isNull();
        assertThat(keyspace.revision()).isEqualTo(1);
    }

    @Test
    void executeAll_thatChangesNothingTakesNoRevision() {
        keyspace.execute(put(A, "1"));
        BatchOutcome outcome = keyspace.executeAll(List.of(new Command.Get(A), new Command.Delete(B, Conditions.NONE)));
        assertThat(statuses(outcome)).containsExactly(Status.UNCHANGED, Status.MISSING);
        assertThat(outcome.isFailure()).isFalse();
        assertThat(outcome.revision()).isEqualTo(1);
        assertThat(keyspace.revision()).isEqualTo(1);
        assertThat(keyspace.executeAll(List.of()).revision()).isEqualTo(1);
    }

    @Test
    void executeEach_executesTheCommandsThatDoNotFail() {
        keyspace.execute(put(A, "1"));
        BatchOutcome outcome = keyspace.executeEach(List.of(create(A, "2"), create(B, "2")));
        assertThat(statuses(outcome)).containsExactly(Status.CONDITION_FAILED, Status.CREATED);
        assertThat(outcome.revision()).isEqualTo(2);
        assertThat(text(A)).isEqualTo("1");
        assertThat(text(B)).isEqualTo("2");
    }

    @Test
    void executeAll_onExpiredKeysCommitsTheirRemovalFirst() {
        keyspace.execute(put(A, "1", 10));
        keyspace.execute(put(B, "1", 10));
        keyspace.execute(put(C, "1", 10));
        now.addAndGet(10);
        BatchOutcome outcome = keyspace.executeAll(
                List.of(create(A, "2"), new Command.Increment(B, 5, Expiry.KEEP, Conditions.NONE), new Command.Get(C)));
        assertThat(statuses(outcome)).containsExactly(Status.CREATED, Status.CREATED, Status.MISSING);
        assertThat(outcome.revision())
                .as("three puts, two removals, then the batch")
                .isEqualTo(6);
        assertThat(text(B)).isEqualTo("5");
        assertThat(keyspace.expire())
                .as("the expired key that no command overwrote")
                .isEqualTo(1);
        assertThat(keyspace.revision()).isEqualTo(7);
    }

    @Test
    void expire_removesEachKeyInACommitOfItsOwn() {
        for (int i = 0; i < 1_500; i++) {
            keyspace.execute(put(Key.of("k" + i), "v", 1 + i % 3));
        }
        keyspace.execute(put(A, "stays"));
        long before = keyspace.revision();
        assertThat(keyspace.expire()).isZero();
        now.addAndGet(2);
        assertThat(keyspace.count().keys()).isEqualTo(501);
        int removed = 0;
        for (int found = keyspace.expire(); found > 0; found = keyspace.expire()) {
            removed += found;
        }
        assertThat(removed).isEqualTo(1_000);
        assertThat(keyspace.revision()).isEqualTo(before + 1_000);
        assertThat(keyspace.count().keys()).isEqualTo(501);
        assertThat(text(A)).isEqualTo("stays");
    }

    @Test
    void expire_keepsAKeyWhoseExpiryWasExtended() {
        keyspace.execute(put(A, "1", 10));
        keyspace.execute(new Command.Touch(A, new Expiry.After(100), Conditions.NONE));
        now.addAndGet(50);
        assertThat(keyspace.expire()).isZero();
        assertThat(text(A)).isEqualTo("1");
        assertThat(keyspace.get(A).expiryMillis()).isEqualTo(1_000_100);
    }

    @Test
    void put_expiresAtAPointInTime() {
        keyspace.execute(new Command.Put(A, content("x"), new Expiry.At(1_000_005), Conditions.NONE));
        assertThat(keyspace.get(A).expiryMillis()).isEqualTo(1_000_005);
        keyspace.execute(new Command.Put(A, content("y"), Expiry.KEEP, Conditions.NONE));
        assertThat(keyspace.get(A).expiryMillis()).isEqualTo(1_000_005);
        keyspace.execute(new Command.Put(A, content("z"), Expiry.NEVER, Conditions.NONE));
        assertThat(keyspace.get(A).expiryMillis()).isEqualTo(SecondaryKey.NONE);
    }

    @Test
    void delete_ofAnExpiredKeyLeavesTheRemovalToExpire() {
        keyspace.execute(put(A, "1", 10));
        now.addAndGet(10);
        Outcome outcome = keyspace.execute(new Command.Delete(A, Conditions.NONE));
        assertThat(outcome.status()).isEqualTo(Status.MISSING);
        assertThat(keyspace.revision()).isEqualTo(1);
        assertThat(keyspace.expire()).isEqualTo(1);
        assertThat(keyspace.revision()).isEqualTo(2);
    }

    private List<String> keys(Selection selection, Key after) {
        List<String> found = new ArrayList<>();
        Walk<Value> values = keyspace.walk(selection, after);
        for (List<Map.Entry<Key, Value>> page = values.next(); page != null; page = values.next()) {
            page.forEach(entry -> found.add(entry.getKey().toString()));
        }
        List<String> keys = new ArrayList<>();
        Walk<Long> expiries = keyspace.walkKeys(selection, after);
        for (List<Map.Entry<Key, Long>> page = expiries.next(); page != null; page = expiries.next()) {
            page.forEach(entry -> keys.add(entry.getKey().toString()));
        }
        assertThat(keys).isEqualTo(found);
        return found;
    }

    @Test
    void walk_returnsTheSelectedKeysInOrder() {
        for (String key : List.of("a", "a/1", "a/2", "a/\uffff", "a0", "b", "\u00e9", "\ud83d\ude00")) {
            keyspace.execute(put(Key.of(key), "v"));
        }
        keyspace.execute(put(Key.of("a/expired"), "v", 1));
        now.addAndGet(1);
        assertThat(keys(Selection.ALL, null))
                .containsExactly("a", "a/1", "a/2", "a/\uffff", "a0", "b", "\u00e9", "\ud83d\ude00");
        Selection prefix = Selection.ALL.prefix(Key.of("a/"));
        assertThat(keys(prefix, null)).containsExactly("a/1", "a/2", "a/\uffff");
        assertThat(keys(prefix.reversed(), null)).containsExactly("a/\uffff", "a/2", "a/1");
        assertThat(keys(prefix.from(Key.of("a/2")), null)).containsExactly("a/2", "a/\uffff");
        assertThat(keys(prefix.to(Key.of("a/2")), null)).containsExactly("a/1");
        assertThat(keys(prefix.from(A).to(Key.of("z")), null)).hasSize(3);
        assertThat(keys(prefix.from(B), null)).isEmpty();
        assertThat(keys(prefix.filter(key -> key.toString().endsWith("2")), null))
                .containsExactly("a/2");
        assertThat(keys(Selection.ALL, Key.of("a/2"))).startsWith("a/\uffff");
        assertThat(keys(prefix, A)).as("a position before the range").hasSize(3);
        assertThat(keys(prefix, Key.of("a/1"))).containsExactly("a/2", "a/\uffff");
        assertThat(keys(prefix, B)).as("a position after the range").isEmpty();
        assertThat(keys(prefix.reversed(), B)).hasSize(3);
        assertThat(keys(prefix.reversed(), Key.of("a/2"))).containsExactly("a/1");
        assertThat(keys(prefix.reversed(), A)).isEmpty();
        assertThat(prefix.contains(Key.of("a/2"))).isTrue();
        assertThat(prefix.contains(Key.of("a0"))).isFalse();
    }

    @Test
    void walk_continuesOverManyPages() {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            commands.add(put(Key.of(String.format("%05d", i)), "v"));
        }
        keyspace.executeAll(commands);
        assertThat(keys(Selection.ALL, null)).hasSize(2_500).isSorted().doesNotHaveDuplicates();
        assertThat(keys(Selection.ALL.reversed(), Key.of("01000")))
                .hasSize(1_000)
                .startsWith("00999");
    }
}
