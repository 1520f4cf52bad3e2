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
 * Depends on the rules of the token only, and is evaluated before the store is read. So the response for a key that the
 * client may not read, and its timing, do not depend on whether the key exists. A token that may write a key may also read
 * it, so that the conditions of a write reveal nothing more.
 */
/** What the client of a request may do. Rejects everything else with a problem of status 403. Immutable. */
final class Authorization {

    /** The authorization of every client if authentication is off. */
    static final Authorization ALL = new Authorization(null, Permissions.ALL, () -> Permissions.ALL);

    private final @Nullable String user;
    private final Permissions permissions;
    private final Supplier<@Nullable Permissions> current;

    /**
     * Creates an authorization.
     *
     * @param user the name of the token, or null if authentication is off
     * @param current returns the permissions that the token has at the time of the call, or null if it has become invalid
     */
    Authorization(@Nullable String user, Permissions permissions, Supplier<@Nullable Permissions> current) {
        this.user = user;
        this.permissions = permissions;
        this.current = current;
    }

    /** Returns the name of the token, or null if authentication is off. */
    @Nullable
    String user() {
        return user;
    }

    /** Returns whether the permissions of the token are still the same, for responses that last long. */
    boolean inForce() {
        return permissions.equals(current.get());
    }

    /** @throws Problem unless the client has the access that a resource requires */
    void require(RequiredAccess access) {
        boolean met = switch (access) {
            case NOTHING, TOKEN -> true;
            case EVERY_KEY -> permissions.readable().equals(KeyRanges.ALL);
            case ADMIN -> permissions.admin();
        };
        if (!met) {
            throw access == RequiredAccess.ADMIN
                    ? forbidden("this request needs a token with the rule :admin")
                    : forbidden(
                            "this request is about the whole store, and needs a token that may read every key (rule :r)");
        }
    }

    /** @throws Problem unless the client may read the key */
    void requireReading(Key key) {
        if (!permissions.readable().contains(key)) {
            throw forbidden("this token may not read this key");
        }
    }

    /** @throws Problem unless the client may write the key */
    void requireWriting(Key key) {
        if (!mayWrite(key)) {
            throw forbidden("this token may not write to this key");
        }
    }

    boolean mayWrite(Key key) {
        return permissions.writable().contains(key);
    }

    boolean mayExecute(Command command) {
        return command.kind().isReadOnly() ? permissions.readable().contains(command.key()) : mayWrite(command.key());
    }

    /**
     * Authorizes a write of many keys by their ranges, whether or not the keys exist.
     *
     * @param advice what the client can do instead
     * @throws Problem unless the client may write all keys of the selection
     */
    void requireWriting(Selection selection, String advice) {
        if (!permissions.writable().containsAll(selection.keys())) {
            throw forbidden("the selection includes keys to which this token may not write: " + advice);
        }
    }

    /**
     * Returns the part of a selection that the client may read. If that is not the whole selection, sets a header that says
     * so.
     *
     * @throws Problem if the client may not read any key of the selection
     */
    Selection readable(Selection requested, Response response) {
        if (permissions.readable().containsAll(requested.keys())) {
            return requested;
        }
        Selection readable = requested.within(permissions.readable());
        if (readable.keys().isEmpty()) {
            throw forbidden("this token may not read any of these keys");
        }
        response.header(Header.KV_FILTERED, "true");
        return readable;
    }

    private static Problem forbidden(String detail) {
        return new Problem(403, detail);
    }
}
