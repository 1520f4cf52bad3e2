package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Decodes stored keys and values: invalid bytes cause an {@link IOException}; valid bytes are encoded to the same bytes. */
public final class CodecsFuzz {

    private CodecsFuzz() {}

    /** @param input a stored key or value */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Key key = KeyspaceCodecs.KEYS.decode(in(input), input.length);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            KeyspaceCodecs.KEYS.encode(key, new DataOutputStream(out));
            assertThat(out.toByteArray()).isEqualTo(input);
            assertThat(KeyspaceCodecs.KEYS.size(key)).isEqualTo(input.length);
            Key half = KeyspaceCodecs.KEYS.decode(in(input), (input.length + 1) / 2);
            assertThat(Integer.signum(key.compareTo(half)))
                    .isEqualTo(Integer.signum(
                            Arrays.compareUnsigned(input, Arrays.copyOf(input, (input.length + 1) / 2))));
        } catch (IOException e) {
            assertThat(input.length).matches(size -> size < 1 || size > Key.BYTES_MAX);
        }
        try {
            Value value = KeyspaceCodecs.VALUES.decode(in(input), input.length);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            KeyspaceCodecs.VALUES.encode(value, new DataOutputStream(out));
            assertThat(out.toByteArray()).isEqualTo(input);
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("null"); // the message says what is wrong
        }
    }

    private static DataInputStream in(byte[] input) {
        return new DataInputStream(new ByteArrayInputStream(input));
    }
}
