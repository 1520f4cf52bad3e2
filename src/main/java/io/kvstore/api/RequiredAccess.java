package io.kvstore.api;

/** The access that a resource requires of every client, if authentication is on. */
enum RequiredAccess {
    /** Not even a token. */
    NOTHING,
    /** Any valid token. If the resource gives access to keys, it authorizes each with the {@link Authorization}. */
    TOKEN,
    /** A token that may read every key. */
    EVERY_KEY,
    /** A token with the rule {@code :admin}. */
    ADMIN
}
