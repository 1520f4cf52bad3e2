package io.kvstore.keyspace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key: 1 to 65,535 bytes of UTF-8, ordered as unsigned bytes. Immutable. */
public final class Key implements Comparable<Key> {

    /** The maximum size of a key; a server may be configured with a lower limit. */
    public static final int BYTES_MAX = 65_535;

    private final byte[] utf8;
    private final int hash;

    private Key(byte[] utf8) {
        if (utf8.length == 0 || utf8.length > BYTES_MAX) {
            throw new IllegalArgumentException("a key has 1 to " + BYTES_MAX + " bytes, not " + utf8.length);
        }
        this.utf8 = utf8;
        this.hash = Arrays.hashCode(utf8);
    }

    /**
     * Returns the key with a text.
     *
     * @throws IllegalArgumentException if the text is empty or too long
     */
    public static Key of(String text) {
        return new Key(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the key with these bytes. Does not copy them and does not check that they are UTF-8.
     *
     * @param utf8 valid UTF-8; the caller must not modify it afterwards
     * @throws IllegalArgumentException if there are no bytes or too many
     */
    public static Key ofUtf8(byte[] utf8) {
        return new Key(utf8);
    }

    /** Returns the bytes without copying them; the caller must not modify them. */
    byte[] utf8() {
        return utf8;
    }

    /**
     * Returns the smallest key that is greater than every key with this prefix, or null if there is none. It serves as the
     * bound of a range only, since its bytes may not be valid UTF-8.
     */
    @Nullable
    Key afterPrefix() {
        int last = utf8.length - 1;
        while (last >= 0 && utf8[last] == (byte) 0xFF) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        byte[] next = Arrays.copyOf(utf8, last + 1);
        next[last]++;
        return new Key(next);
    }

    /** Returns the size in bytes. */
    public int size() {
        return utf8.length;
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(utf8, other.utf8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && hash == key.hash && Arrays.equals(utf8, key.utf8);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Returns the key as text. */
    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
