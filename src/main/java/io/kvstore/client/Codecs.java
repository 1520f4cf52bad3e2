package io.kvstore.client;

import io.kvstore.store.Codec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Codecs for bytes and text. */
public final class Codecs {

    private static final Codec<byte[]> BYTES = new Codec<>() {
        @Override
        public int size(byte[] value) {
            return value.length;
        }

        @Override
        public void encode(byte[] value, DataOutput out) throws IOException {
            out.write(value);
        }

        @Override
        public byte[] decode(DataInput in, int size) throws IOException {
            byte[] value = new byte[size];
            in.readFully(value);
            return value;
        }
    };

    private static final Codec<String> TEXT = new Codec<>() {
        @Override
        public int size(String value) {
            return utf8(value).remaining();
        }

        @Override
        public void encode(String value, DataOutput out) throws IOException {
            ByteBuffer bytes = utf8(value);
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        }

        @Override
        public String decode(DataInput in, int size) throws IOException {
            byte[] bytes = BYTES.decode(in, size);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }

        private ByteBuffer utf8(String text) {
            try {
                return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            } catch (CharacterCodingException e) {
                throw new IllegalArgumentException("the value has an unpaired surrogate, which UTF-8 cannot encode", e);
            }
        }
    };

    private Codecs() {}

    /** Returns a codec that keeps bytes as they are. */
    public static Codec<byte[]> bytes() {
        return BYTES;
    }

    /**
     * Returns a codec for text in UTF-8. It cannot decode bytes that are not UTF-8, nor encode an unpaired surrogate.
     * {@link Codec#size} takes linear time.
     */
    public static Codec<String> text() {
        return TEXT;
    }
}
