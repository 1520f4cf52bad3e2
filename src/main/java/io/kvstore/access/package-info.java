/*
 * A token's rules become two sets of keys, readable and writable, and whether the token is an administrator's
 * (Permissions). KeyRanges is such a set: sorted ranges that neither overlap nor adjoin, so that equal sets have equal
 * ranges. A set contains another if their intersection equals the other.
 *
 * A filtered listing costs what it returns. A selection is ranges with a filter and a direction. The ranges of the
 * rules are intersected with it, and a walk goes from range to range. It never reads the keys between them, so
 * neither the time nor a page boundary depends on them. Nothing else needs to know about access: counts, cursor
 * pages, NDJSON, exports and the rows of a watch all walk a selection, and the changes of a watch are checked against
 * the same selection. After a range has been read to its end, the position of the walk is the end of that range and
 * not its last key: a key that is added behind the last key later must not count as shown.
 *
 * Tokens have the form name.secret. The name is not secret and finds the line, so a thousand tokens cost one
 * comparison, in constant time (MessageDigest.isEqual). A signed token is name.claims.signature (SigningKey). Its
 * rules are intersected with those of the signing key, so the key can be given to a person who may delegate a part of
 * the store.
 *
 * Reloading compares the bytes of the file and not its time stamp: two writes within a clock tick have the same one.
 * It runs on a request's thread, at most once a second, on one thread while the others continue. It reads by a stream
 * and not by a channel, because an interrupt of a request thread would close a channel. A version that an editor has
 * half written is usually broken and refused; otherwise the next check finds the rest. Writing another file and
 * renaming it avoids the question.
 *
 * A rule is one word, prefix:access, in the file and on the command line alike, in place of two columns: an empty
 * prefix can be written, and there is one syntax.
 */
/**
 * Access control: access tokens, the token file, and the permissions that the rules of a token grant.
 *
 * <p>Threads: all classes are immutable except {@link io.kvstore.access.TokenAuthenticator}, which is safe for use by
 * any number of threads.
 *
 * <p>Errors: an {@link io.kvstore.access.AccessException} has a one-line message for the author of the token file or
 * the command. The message never quotes a value that may be a token, a hash or a key: if someone confuses the fields of
 * a line, the secret must not appear in a log.
 *
 * <p>It is not the enforcement: it does not know HTTP or stores. The HTTP API compares the permissions with what a
 * request needs.
 */
@NullMarked
package io.kvstore.access;

import org.jspecify.annotations.NullMarked;
