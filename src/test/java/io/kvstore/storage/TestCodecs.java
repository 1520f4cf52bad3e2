package io.kvstore.storage;

import io.kvstore.store.EntryFormat;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.SecondaryKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text as keys and values, for tests. */
final class TestCodecs {

    static final KeyCodec<String> TEXT = new KeyCodec<>() {
        @Override
        public int size(String text) {
            return utf8(text).length;
        }

        @Override
        public void encode(String text, DataOutput out) throws IOException {
            out.write(utf8(text));
        }

        @Override
        public String decode(DataInput in, int size) throws IOException {
            byte[] bytes = new byte[size];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public int compare(String a, String b) {
            return Arrays.compareUnsigned(utf8(a), utf8(b));
        }
    };

    /** The number before the first colon of a value is its secondary key. */
    static final SecondaryKey<String> NUMBERED = value -> {
        int colon = value.indexOf(':');
        return colon <= 0 ? SecondaryKey.NONE : Long.parseLong(value, 0, colon, 10);
    };

    static final EntryFormat<String, String> FORMAT = new EntryFormat<>(TEXT, TEXT, NUMBERED);

    private TestCodecs() {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the options of a store of text in memory. */
    static StoreOptions<String, String> options() {
        return StoreOptions.of(FORMAT);
    }
}
