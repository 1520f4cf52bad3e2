package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.keyspace.Key;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPrintsTest {

    @ParameterizedTest
    @ValueSource(longs = {0x0123_4567_89ab_cdefL, 0x9e37_79b9_7f4a_7c15L, -7_046_029_254_386_353_131L})
    void contains_isTrueForAddedKeysOnly(long seed) {
        KeyPrints prints = new KeyPrints(seed);
        assertThat(prints.contains(Key.of("k0"))).isFalse();
        for (int i = 0; i < 5_000; i++) {
            prints.add(Key.of("k" + i * 2));
        }
        assertThat(prints.size()).isEqualTo(5_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(prints.contains(Key.of("k" + i))).as("k" + i).isEqualTo(i % 2 == 0);
        }
    }

    @Test
    void print_isThePolynomialModuloThePrime() {
        BigInteger prime = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
        for (long seed : new long[] {7, 1L << 60, (1L << 61) - 2, -3, Long.MAX_VALUE}) {
            BigInteger point = BigInteger.valueOf(seed).mod(prime);
            for (String text : new String[] {"\u0000", "a", "\uffff".repeat(300), "\ud83d\ude00 and more"}) {
                BigInteger expected = BigInteger.ONE;
                for (int i = 0; i < text.length(); i++) {
                    BigInteger character = BigInteger.valueOf(text.charAt(i));
                    expected = expected.multiply(point).add(character).mod(prime);
                }
                assertThat(new KeyPrints(seed).print(Key.of(text))).isEqualTo(expected.longValueExact());
            }
        }
    }
}
