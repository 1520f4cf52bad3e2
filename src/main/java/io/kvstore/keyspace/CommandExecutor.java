package io.kvstore.keyspace;

import static java.util.Objects.requireNonNull;

import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * An expired key counts as missing, but it stays in the store until a commit of its own removes it, so that watchers see
 * the expiry as a change. A command that would write a new value must not overwrite the expired one: it ends as
 * EXPIRED_FIRST, and the keyspace executes it again after it has committed the removal.
 */
/**
 * Executes commands within a transaction. The result depends on the command, the time and the contents of the store, and on
 * nothing else. Immutable.
 */
final class CommandExecutor {

    /** The reason of an effect that removes a key because it expired; the reason is 0 if a command deleted the key. */
    static final int EXPIRED = 1;

    /** The outcome of a command that changed nothing because the removal of the expired key must be committed first. */
    private static final Outcome EXPIRED_FIRST = new Outcome(Status.MISSING, null, 0, null);

    /** The maximum number of digits of a 64-bit integer. */
    private static final int DIGITS_MAX = 19;

    private final long epoch;

    CommandExecutor(long epoch) {
        this.epoch = epoch;
    }

    /** Returns whether the command must be executed again after the removal of its expired key has been committed. */
    @SuppressWarnings("ReferenceEquality") // a command on a missing key may have an outcome that equals the constant
    static boolean isExpiredFirst(Outcome outcome) {
        return outcome == EXPIRED_FIRST;
    }

    Outcome execute(Command command, long nowMillis, Transaction<Key, Value> transaction) {
        Value stored = transaction.get(command.key());
        boolean expired = stored != null && stored.isExpired(nowMillis);
        Value old = expired ? null : stored;
        Command.Kind kind = command.kind();
        if (!command.conditions().hold(old == null ? null : version(old.revision()))) {
            return unchanged(Status.CONDITION_FAILED, old, transaction);
        }
        if (old == null && kind.needsExistingKey()) {
            return unchanged(Status.MISSING, null, transaction);
        }
        if (expired && !kind.isReadOnly()) {
            return EXPIRED_FIRST;
        }
        return switch (kind) {
            case PUT -> put((Command.Put) command, old, nowMillis, transaction);
            case APPEND -> append((Command.Append) command, old, nowMillis, transaction);
            case INCREMENT -> increment((Command.Increment) command, old, nowMillis, transaction);
            case TOUCH -> touch((Command.Touch) command, requireNonNull(old), nowMillis, transaction);
            case PERSIST -> persist((Command.Persist) command, requireNonNull(old), nowMillis, transaction);
            case DELETE -> delete((Command.Delete) command, transaction);
            case GET -> get(requireNonNull(old));
            case CHECK -> unchanged(Status.UNCHANGED, old, transaction);
        };
    }

    private Outcome put(Command.Put put, @Nullable Value old, long nowMillis, Transaction<Key, Value> transaction) {
        return write(put, put.content(), put.expiry(), old, nowMillis, transaction);
    }

    private Outcome append(
            Command.Append append, @Nullable Value old, long nowMillis, Transaction<Key, Value> transaction) {
        byte[] more = append.content().bytes();
        int size = old == null ? 0 : old.bytes().length;
        if (more.length > append.bytesMax() - size) {
            return unchanged(Status.TOO_LONG, old, transaction);
        }
        if (old == null) {
            return write(append, append.content(), append.expiry(), null, nowMillis, transaction);
        }
        byte[] whole = Arrays.copyOf(old.bytes(), size + more.length);
        System.arraycopy(more, 0, whole, size, more.length);
        return write(append, new Content(whole, old.type()), append.expiry(), old, nowMillis, transaction);
    }

    private Outcome increment(
            Command.Increment increment, @Nullable Value old, long nowMillis, Transaction<Key, Value> transaction) {
        long sum = increment.by();
        if (old != null) {
            if (!isNumber(old.bytes())) {
                return unchanged(Status.NOT_A_NUMBER, old, transaction);
            }
            try {
                sum = Math.addExact(Long.parseLong(new String(old.bytes(), StandardCharsets.US_ASCII)), sum);
            } catch (NumberFormatException | ArithmeticException e) {
                return unchanged(Status.OVERFLOW, old, transaction);
            }
        }
        byte[] digits = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
        Content content = new Content(digits, old == null ? null : old.type(), true);
        return write(increment, content, increment.expiry(), old, nowMillis, transaction);
    }

    /** Returns whether the bytes match {@code -?(0|[1-9][0-9]{0,18})}. */
    private static boolean isNumber(byte[] bytes) {
        int from = bytes.length > 0 && bytes[0] == '-' ? 1 : 0;
        int digits = bytes.length - from;
        if (digits == 0 || digits > DIGITS_MAX || (bytes[from] == '0' && digits > 1)) {
            return false;
        }
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private Outcome touch(Command.Touch touch, Value old, long nowMillis, Transaction<Key, Value> transaction) {
        return write(touch, old.content(), touch.expiry(), old, nowMillis, transaction);
    }

    private Outcome persist(Command.Persist persist, Value old, long nowMillis, Transaction<Key, Value> transaction) {
        return old.expiryMillis() == SecondaryKey.NONE
                ? unchanged(Status.UNCHANGED, old, transaction)
                : write(persist, old.content(), Expiry.NEVER, old, nowMillis, transaction);
    }

    private Outcome delete(Command.Delete delete, Transaction<Key, Value> transaction) {
        long revision = transaction.revision();
        transaction.delete(delete.key());
        return new Outcome(Status.DELETED, null, revision, null);
    }

    private Outcome get(Value old) {
        return new Outcome(Status.UNCHANGED, version(old.revision()), old.revision(), old);
    }

    /** Stores a value with the revision of the transaction. */
    private Outcome write(
            Command command,
            Content content,
            Expiry expiry,
            @Nullable Value old,
            long nowMillis,
            Transaction<Key, Value> transaction) {
        long revision = transaction.revision();
        Value value = new Value(content, revision, nowMillis, expiry.millis(nowMillis, old));
        transaction.put(command.key(), value);
        return new Outcome(old == null ? Status.CREATED : Status.REPLACED, version(revision), revision, value);
    }

    private Outcome unchanged(Status status, @Nullable Value old, Transaction<Key, Value> transaction) {
        return old == null
                ? new Outcome(status, null, transaction.revision() - 1, null)
                : new Outcome(status, version(old.revision()), old.revision(), null);
    }

    /** Removes a key if it has expired; returns whether it had. */
    static boolean expire(Key key, long nowMillis, Transaction<Key, Value> transaction) {
        Value value = transaction.get(key);
        if (value == null || !value.isExpired(nowMillis)) {
            return false;
        }
        transaction.delete(key, EXPIRED);
        return true;
    }

    private Version version(long revision) {
        return new Version(epoch, revision);
    }
}
