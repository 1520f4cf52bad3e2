package io.kvstore.api;

import io.kvstore.http.PercentEncoding;
import io.kvstore.http.Problem;
import io.kvstore.http.Target;
import io.kvstore.keyspace.Key;

/** The paths of keys: {@code /keys/}, followed by the percent-encoded key. */
final class KeyPath {

    static final String PREFIX = "/keys/";

    private KeyPath() {}

    /** Returns whether the path is below {@code /keys/}. The rest of it may still be malformed. */
    static boolean matches(Target target) {
        return target.path().startsWith(PREFIX);
    }

    /**
     * Returns the key of a path that {@linkplain #matches matches}.
     *
     * @param bytesMax the maximum size of a key
     * @throws Problem 400 if the key is empty or malformed, 414 if it is too long
     */
    static Key key(Target target, int bytesMax) {
        String path = target.path();
        byte[] utf8 = PercentEncoding.decode(path, PREFIX.length(), path.length(), "key");
        if (utf8.length == 0) {
            throw Problem.badRequest("a key must have at least one byte; to list the keys, omit the slash at the end");
        }
        if (utf8.length > bytesMax) {
            throw new Problem(414, "a key must have at most " + bytesMax + " bytes, not " + utf8.length);
        }
        return Key.ofUtf8(utf8);
    }
}
