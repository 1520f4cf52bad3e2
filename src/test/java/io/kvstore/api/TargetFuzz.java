package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.http.PercentEncoding;
import io.kvstore.http.Problem;
import io.kvstore.http.Target;
import io.kvstore.keyspace.Key;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Parses request targets: they are rejected with 400 or 414, or give exactly the key that they encode. */
public final class TargetFuzz {

    private static final int KEY_BYTES = 64;
    private static final Set<Integer> REFUSALS = Set.of(400, 414);

    private TargetFuzz() {}

    /** @param input a target in ISO 8859-1, as the server decodes it */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            Target target = Target.parse(new String(input, StandardCharsets.ISO_8859_1));
            assertThat(target.path()).startsWith("/");
            if (KeyPath.matches(target)) {
                check(target, KeyPath.key(target, KEY_BYTES));
            }
        } catch (Problem refused) {
            assertThat(refused.status()).isIn(REFUSALS);
        }
    }

    private static void check(Target target, Key key) {
        byte[] utf8 = key.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(utf8.length).isBetween(1, KEY_BYTES);
        assertThat(utf8).isEqualTo(decoded(target.path().substring(KeyPath.PREFIX.length())));
        Target again = Target.parse(KeyPath.PREFIX + PercentEncoding.encode(key.toString()));
        assertThat(KeyPath.key(again, KEY_BYTES)).isEqualTo(key);
    }

    /** Decodes well-formed percent-encoding in the simplest way, as a reference. */
    private static byte[] decoded(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < escaped.length(); at++) {
            if (escaped.charAt(at) == '%') {
                bytes.write(Integer.parseInt(escaped.substring(at + 1, at + 3), 16));
                at += 2;
            } else {
                bytes.write(escaped.charAt(at));
            }
        }
        return bytes.toByteArray();
    }
}
