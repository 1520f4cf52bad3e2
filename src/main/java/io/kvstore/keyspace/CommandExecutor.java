package io.kvstore.keyspace;

import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * An expired key does not exist. Its removal is a commit of its own, so a command that would write over it cannot be
 * carried out yet: it is answered EXPIRED_FIRST, and given again once the removal has been committed.
 */
/** Carries out commands within a commit: a function of the command, the time and the store, and of nothing else. */
final class CommandExecutor {

    /** The key's time is up, and its removal must be committed first; nothing was changed. */
    private static final Outcome EXPIRED_FIRST = new Outcome(Status.MISSING, null, 0, null);

    /** Why a key was removed, beside {@code 0} for being told so. */
    static final int EXPIRED = 1;

    private static final int DIGITS_MAX = 19;

    private final long epoch;

    CommandExecutor(long epoch) {
        this.epoch = epoch;
    }

    /** Whether a command could not be carried out because the removal of its key must be committed first. */
    @SuppressWarnings("ReferenceEquality") // it is this one, and none that looks like it
    static boolean isExpiredFirst(Outcome outcome) {
        return outcome == EXPIRED_FIRST;
    }

    Outcome judge(Command command, long nowMillis, Transaction<Key, Value> transaction) {
        Value found = transaction.get(command.key());
        boolean expired = found != null && found.isDue(nowMillis);
        Value old = expired ? null : found;
        if (!command.conditions().hold(old == null ? null : version(old.revision()))) {
            return unchanged(Status.CONDITION_FAILED, old, transaction);
        }
        if (old == null && needsKey(command)) {
            return unchanged(Status.MISSING, null, transaction);
        }
        if (command instanceof Command.Get && old != null) {
            return new Outcome(Status.UNCHANGED, version(old.revision()), old.revision(), old);
        }
        if (command instanceof Command.Check) {
            return unchanged(Status.UNCHANGED, old, transaction);
        }
        if (expired) {
            return EXPIRED_FIRST;
        }
        if (command instanceof Command.Put put) {
            return put(put, put.content(), put.expiry(), old, nowMillis, transaction);
        }
        if (command instanceof Command.Increment increment) {
            return increment(increment, old, nowMillis, transaction);
        }
        if (command instanceof Command.Append append) {
            return append(append, old, nowMillis, transaction);
        }
        if (command instanceof Command.Touch touch && old != null) {
            return touch.expiry().millis(nowMillis, old) == SecondaryKey.NONE && old.expiryMillis() == SecondaryKey.NONE
                    ? unchanged(Status.UNCHANGED, old, transaction)
                    : put(touch, old.content(), touch.expiry(), old, nowMillis, transaction);
        }
        long revision = transaction.revision();
        transaction.delete(command.key());
        return new Outcome(Status.DELETED, null, revision, null);
    }

    /** Whether a command has nothing to do where there is no key. */
    private static boolean needsKey(Command command) {
        return command instanceof Command.Get || command instanceof Command.Delete || command instanceof Command.Touch;
    }

    private Outcome unchanged(Status status, @Nullable Value old, Transaction<Key, Value> transaction) {
        return old == null
                ? new Outcome(status, null, transaction.revision() - 1, null)
                : new Outcome(status, version(old.revision()), old.revision(), null);
    }

    private Outcome put(
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

    private Outcome increment(
            Command.Increment command, @Nullable Value old, long nowMillis, Transaction<Key, Value> transaction) {
        long sum = command.by();
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
        return put(command, content, command.expiry(), old, nowMillis, transaction);
    }

    /** Whether bytes are {@code -?(0|[1-9][0-9]{0,18})}. */
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

    private Outcome append(
            Command.Append command, @Nullable Value old, long nowMillis, Transaction<Key, Value> transaction) {
        byte[] more = command.content().bytes();
        int size = old == null ? 0 : old.bytes().length;
        if (more.length > command.bytesMax() - size) {
            return unchanged(Status.TOO_LONG, old, transaction);
        }
        if (old == null) {
            return put(command, command.content(), command.expiry(), null, nowMillis, transaction);
        }
        byte[] whole = Arrays.copyOf(old.bytes(), size + more.length);
        System.arraycopy(more, 0, whole, size, more.length);
        return put(command, new Content(whole, old.type()), command.expiry(), old, nowMillis, transaction);
    }

    /** Removes a key whose time is up; says whether it was. */
    static boolean expire(Key key, long nowMillis, Transaction<Key, Value> transaction) {
        Value value = transaction.get(key);
        if (value == null || !value.isDue(nowMillis)) {
            return false;
        }
        transaction.delete(key, EXPIRED);
        return true;
    }

    private Version version(long revision) {
        return new Version(epoch, revision);
    }
}
