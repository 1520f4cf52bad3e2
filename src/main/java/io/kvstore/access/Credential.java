package io.kvstore.access;

import org.jspecify.annotations.Nullable;

/** What the file keeps to know a token by. */
sealed interface Credential permits TokenHash, SigningKey {

    /**
     * What a token may do: null where it is not one of this.
     *
     * @param granted what the rules beside it allow
     */
    @Nullable
    Permissions permissions(String token, Permissions granted, long nowMillis);

    /** As it is written. */
    String text();
}
