package io.kvstore.access;

import org.jspecify.annotations.Nullable;

/** The field of a token file line that verifies a token. */
sealed interface Credential permits TokenHash, SigningKey {

    /**
     * Returns the permissions of a token, or null if this credential does not verify it or it has expired.
     *
     * @param granted the permissions that the rules of the line grant
     */
    @Nullable
    Permissions permissions(String token, Permissions granted, long nowMillis);

    /** Returns the credential as it is written in the file. */
    String text();
}
