package io.kvstore.api;

/** What a request must bring along to be answered at all, where the server has a file of tokens. */
enum RequiredAccess {
    NOTHING,
    /** Any token; the resource judges each key by the request's {@link Authorization}, or is about none. */
    TOKEN,
    /** A token that may read every key. */
    EVERY_KEY,
    ADMIN
}
