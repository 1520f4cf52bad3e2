package io.kvstore.keyspace;

import io.kvstore.store.Codec;
import io.kvstore.store.KeyCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/*
 * A value is stored as
 *
 *   flags      1 byte   bit 0: the bytes are valid UTF-8
 *   type size  1 byte   0 for no type
 *   revision   8 bytes
 *   modified   8 bytes  milliseconds since 1970
 *   expiry     8 bytes  milliseconds since 1970, or Long.MAX_VALUE for none
 *   type       ASCII
 *   bytes      the rest
 *
 * and a key as its UTF-8 bytes. Numbers are big-endian.
 */
/** The binary formats of keys and values. */
final class KeyspaceCodecs {

    private static final int HEAD_BYTES = 26;
    private static final int TEXT = 1;
    private static final byte DELETE = 0x7F;

    static final KeyCodec<Key> KEYS = new KeyCodec<>() {
        @Override
        public int size(Key key) {
            return key.size();
        }

        @Override
        public void encode(Key key, DataOutput out) throws IOException {
            out.write(key.utf8());
        }

        @Override
        public Key decode(DataInput in, int size) throws IOException {
            if (size < 1 || size > Key.BYTES_MAX) {
                throw new IOException("a key has 1 to " + Key.BYTES_MAX + " bytes, not " + size);
            }
            byte[] utf8 = new byte[size];
            in.readFully(utf8);
            return Key.ofUtf8(utf8);
        }

        @Override
        public int compare(Key a, Key b) {
            return a.compareTo(b);
        }
    };

    static final Codec<Value> VALUES = new Codec<>() {
        @Override
        public int size(Value value) {
            String type = value.type();
            return HEAD_BYTES + (type == null ? 0 : type.length()) + value.bytes().length;
        }

        @Override
        public void encode(Value value, DataOutput out) throws IOException {
            byte[] type = type(value.type());
            out.writeByte(value.text() ? TEXT : 0);
            out.writeByte(type.length);
            out.writeLong(value.revision());
            out.writeLong(value.modifiedMillis());
            out.writeLong(value.expiryMillis());
            out.write(type);
            out.write(value.bytes());
        }

        @Override
        public Value decode(DataInput in, int size) throws IOException {
            int flags = in.readUnsignedByte();
            int typeSize = in.readUnsignedByte();
            if (size < HEAD_BYTES + typeSize || flags > TEXT) {
                throw new IOException("the header of a value of " + size + " bytes is malformed");
            }
            long revision = in.readLong();
            long modified = in.readLong();
            long expiry = in.readLong();
            byte[] type = new byte[typeSize];
            in.readFully(type);
            checkPrintable(type);
            byte[] bytes = new byte[size - HEAD_BYTES - typeSize];
            in.readFully(bytes);
            String name = typeSize == 0 ? null : new String(type, StandardCharsets.US_ASCII);
            return new Value(new Content(bytes, name, flags == TEXT), revision, modified, expiry);
        }
    };

    private static final byte[] NO_TYPE = {};

    private KeyspaceCodecs() {}

    /** Rejects control characters: the type is sent in a header field, which a line break would end. */
    private static void checkPrintable(byte[] type) throws IOException {
        for (byte each : type) {
            if (each < ' ' || each == DELETE) {
                throw new IOException("the type of a value contains the control character " + (each & 0xFF));
            }
        }
    }

    private static byte[] type(@Nullable String type) {
        return type == null ? NO_TYPE : type.getBytes(StandardCharsets.US_ASCII);
    }
}
