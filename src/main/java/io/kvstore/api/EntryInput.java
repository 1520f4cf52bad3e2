package io.kvstore.api;

import io.kvstore.http.JsonInput;
import io.kvstore.http.Problem;
import io.kvstore.keyspace.Key;
import java.io.IOException;

/**
 * Reads the parts of an entry from JSON. Each method takes the name of the JSON field for its error messages.
 *
 * @param json positioned at the value to read
 * @param limits the limits for keys and values
 */
record EntryInput(JsonInput json, Limits limits) {

    /** @throws Problem 400 if the value is not a key */
    Key key(String name) throws IOException {
        byte[] bytes = json.utf8(name, 400, limits.keyBytes());
        if (bytes.length == 0) {
            throw json.problem(name + " is empty: a key must have at least one byte");
        }
        return Key.ofUtf8(bytes);
    }

    /** @throws Problem 400 if the value is not text; 413 if it is too long */
    byte[] value(String name) throws IOException {
        return json.utf8(name, 413, limits.valueBytes());
    }

    /** @throws Problem 400 if the value is not base64; 413 if it represents too many bytes */
    byte[] base64(String name) throws IOException {
        return json.base64(name, limits.valueBytes());
    }
}
