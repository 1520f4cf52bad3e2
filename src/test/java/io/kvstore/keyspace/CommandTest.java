package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.keyspace.Command.Kind;
import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of command does, whichever it is: a new kind is tested as soon as it has an example. */
@Tag("contract")
class CommandTest {

    private static final Key KEY = Key.of("a");

    private final AtomicLong now = new AtomicLong(1_000_000);
    private Keyspace keyspace;

    @BeforeEach
    void open() {
        keyspace = new Keyspace(Stores.open(StoreOptions.of(Keyspace.FORMAT)), () -> Instant.ofEpochMilli(now.get()));
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static Command example(Kind kind) {
        return switch (kind) {
            case PUT -> new Command.Put(KEY, content("2"), Expiry.NEVER, Conditions.NONE);
            case APPEND -> new Command.Append(KEY, content("2"), 100, Expiry.KEEP, Conditions.NONE);
            case INCREMENT -> new Command.Increment(KEY, 1, Expiry.KEEP, Conditions.NONE);
            case TOUCH -> new Command.Touch(KEY, new Expiry.After(50), Conditions.NONE);
            case PERSIST -> new Command.Persist(KEY, Conditions.NONE);
            case DELETE -> new Command.Delete(KEY, Conditions.NONE);
            case GET -> new Command.Get(KEY);
            case CHECK -> new Command.Check(KEY, Conditions.NONE);
        };
    }

    private static Content content(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8), null);
    }

    /** Stores the key with a time to live of 10 milliseconds. */
    private Outcome store() {
        return keyspace.execute(new Command.Put(KEY, content("1"), new Expiry.After(10), Conditions.NONE));
    }

    @Test
    void kinds_areThoseOfTheRecords() {
        assertThat(Arrays.stream(Command.class.getPermittedSubclasses())
                        .map(each -> each.getSimpleName().toUpperCase(Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Kind.values()).map(Kind::name).toList());
    }

    @ParameterizedTest
    @EnumSource
    void kind_isThatOfItsRecord(Kind kind) {
        Command command = example(kind);
        assertThat(command.kind()).isEqualTo(kind);
        assertThat(command.getClass().getSimpleName()).isEqualToIgnoringCase(kind.name());
    }

    @ParameterizedTest
    @EnumSource
    void execute_changesAnExistingKeyUnlessTheKindIsReadOnly(Kind kind) {
        long before = store().revision();
        Outcome outcome = keyspace.execute(example(kind));
        assertThat(outcome.status().isChange()).isEqualTo(!kind.isReadOnly());
        assertThat(outcome.revision()).isEqualTo(kind.isReadOnly() ? before : before + 1);
        assertThat(keyspace.get(KEY) == null)
                .as("only a deletion leaves no key")
                .isEqualTo(kind == Kind.DELETE);
    }

    @ParameterizedTest
    @EnumSource
    void execute_ofAMissingKeyIsMissingIfTheKindNeedsOne(Kind kind) {
        Outcome outcome = keyspace.execute(example(kind));
        assertThat(outcome.status() == Status.MISSING).isEqualTo(kind.needsExistingKey());
        boolean creates = !kind.needsExistingKey() && !kind.isReadOnly();
        assertThat(outcome.status() == Status.CREATED).isEqualTo(creates);
        assertThat(keyspace.revision()).isEqualTo(creates ? 1 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void execute_ofAnExpiredKeyNeverOverwritesIt(Kind kind) {
        store();
        now.addAndGet(10);
        Outcome outcome = keyspace.execute(example(kind));
        boolean creates = !kind.needsExistingKey() && !kind.isReadOnly();
        assertThat(outcome.status() == Status.CREATED).isEqualTo(creates);
        assertThat(keyspace.expired()).as("the removal is a commit of its own").isEqualTo(creates ? 1 : 0);
        assertThat(keyspace.revision()).isEqualTo(creates ? 3 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void executeAll_doesWhatExecuteDoes(Kind kind) {
        store();
        Outcome batched = keyspace.executeAll(List.of(example(kind))).outcomes().get(0);
        keyspace.execute(new Command.Delete(KEY, Conditions.NONE));
        store();
        assertThat(keyspace.execute(example(kind)).status()).isEqualTo(batched.status());
    }
}
