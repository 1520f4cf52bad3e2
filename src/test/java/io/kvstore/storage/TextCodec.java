package io.kvstore.storage;

import io.kvstore.store.EntryFormat;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.SecondaryKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Keys and values that are strings of ASCII characters. A value that begins with {@code r} and a number has that number
 * as its secondary key.
 */
final class TextCodec implements KeyCodec<String> {

    private static final TextCodec INSTANCE = new TextCodec();

    static final EntryFormat<String, String> FORMAT = new EntryFormat<>(INSTANCE, INSTANCE, TextCodec::secondaryKey);

    private TextCodec() {}

    static long secondaryKey(String value) {
        return value.startsWith("r") ? Long.parseLong(value.substring(1, value.indexOf(' '))) : SecondaryKey.NONE;
    }

    @Override
    public int size(String value) {
        return value.length();
    }

    @Override
    public void encode(String value, DataOutput out) throws IOException {
        out.write(value.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String decode(DataInput in, int size) throws IOException {
        byte[] bytes = new byte[size];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public int compare(String a, String b) {
        return a.compareTo(b);
    }
}
