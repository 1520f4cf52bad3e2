package io.kvstore.api;

import io.kvstore.access.Permissions;
import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.KeyRanges;
import io.kvstore.keyspace.Selection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * Judged by the rules alone, before the store is asked for anything: what may not be read answers the same, in the same
 * time, whether it is there or not. Whoever may write a key may read it, so that the conditions of a write tell nothing.
 */
/** What the sender of a request may do: the one place that refuses, by a problem with status 403. Immutable. */
final class Authorization {

    /** Of everybody, where the server has no file of tokens. */
    static final Authorization ALL = new Authorization(null, Permissions.ALL, () -> Permissions.ALL);

    private final @Nullable String user;
    private final Permissions permissions;
    private final Supplier<@Nullable Permissions> now;

    /**
     * @param user the name of the token that they come by, or null where nobody needs one
     * @param now what the same token may do when it is asked, or null where it may not come in any longer
     */
    Authorization(@Nullable String user, Permissions permissions, Supplier<@Nullable Permissions> now) {
        this.user = user;
        this.permissions = permissions;
        this.now = now;
    }

    /** The name of the token that they come by, or null where nobody needs one. */
    @Nullable
    String user() {
        return user;
    }

    /** Whether they are still what they were when the request came, for answers that go on. */
    boolean inForce() {
        return permissions.equals(now.get());
    }

    /** @throws Problem where this does not suffice for a resource */
    void require(RequiredAccess demand) {
        boolean met = switch (demand) {
            case NOTHING, TOKEN -> true;
            case EVERY_KEY -> permissions.readable().equals(KeyRanges.ALL);
            case ADMIN -> permissions.admin();
        };
        if (!met) {
            throw demand == RequiredAccess.ADMIN
                    ? forbidden("this is for tokens with the rule :admin")
                    : forbidden(
                            "this is about the whole store, and the token may not read every key, as the rule :r allows");
        }
    }

    /** @throws Problem where a key may not be read */
    void requireReading(Key key) {
        if (!permissions.readable().contains(key)) {
            throw forbidden("no rule of the token reaches this key");
        }
    }

    /** @throws Problem where a key may not be written */
    void requireWriting(Key key) {
        if (!mayWrite(key)) {
            throw forbidden("no rule of the token allows to write this key");
        }
    }

    boolean mayWrite(Key key) {
        return permissions.writable().contains(key);
    }

    boolean mayExecute(Command command) {
        return command.kind().isReadOnly() ? permissions.readable().contains(command.key()) : mayWrite(command.key());
    }

    /**
     * Judges a change of many keys by the ranges that they are in.
     *
     * @param advice what to do instead
     * @throws Problem where not all of them may be written
     */
    void requireWriting(Selection selection, String advice) {
        if (!permissions.writable().containsAll(selection.keys())) {
            throw forbidden("this reaches keys that the token may not write: " + advice);
        }
    }

    /**
     * Of a selection, the keys that may be read. Where it had others, the answer says so.
     *
     * @throws Problem where none of them may be read
     */
    Selection readable(Selection wanted, Response response) {
        if (permissions.readable().containsAll(wanted.keys())) {
            return wanted;
        }
        Selection readable = wanted.within(permissions.readable());
        if (readable.keys().isEmpty()) {
            throw forbidden("no rule of the token reaches any of these keys");
        }
        response.header(Header.KV_FILTERED, "true");
        return readable;
    }

    private static Problem forbidden(String detail) {
        return new Problem(403, detail);
    }
}
