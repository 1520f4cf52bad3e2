package io.kvstore.storage;

import io.kvstore.store.Codec;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.SecondaryKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Texts as keys and as values. A value that begins with {@code @number:} has that number as its secondary key. */
public final class Texts {

    public static final KeyCodec<String> KEYS = new Keys();
    public static final Codec<String> VALUES = new Values();

    public static final EntryFormat<String, String> FORMAT = new EntryFormat<>(KEYS, VALUES, Texts::secondaryKey);

    private Texts() {}

    public static long secondaryKey(String value) {
        return value.startsWith("@") ? Long.parseLong(value.substring(1, value.indexOf(':'))) : SecondaryKey.NONE;
    }

    private static class Values implements Codec<String> {
        @Override
        public int size(String text) {
            return bytes(text).length;
        }

        @Override
        public void encode(String text, DataOutput out) throws IOException {
            out.write(bytes(text));
        }

        @Override
        public String decode(DataInput in, int size) throws IOException {
            byte[] bytes = new byte[size];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static final class Keys extends Values implements KeyCodec<String> {
        @Override
        public int compare(String a, String b) {
            return Arrays.compareUnsigned(bytes(a), bytes(b));
        }
    }
}
