package io.kvstore.api;

import io.kvstore.keyspace.Key;
import java.util.Arrays;

/*
 * A print is a polynomial hash: the value of the polynomial whose coefficients are the characters of the key, at a secret
 * point, modulo the prime 2^61 - 1. Two keys of n characters have the same print at no more than n of the 2^61 points. So a
 * key of 1,024 bytes that was not added is mistaken for one of 100,000 added keys with a probability of 2^-34. This also
 * holds if an attacker chooses the keys.
 */
/**
 * A set of keys that takes eight bytes per key, regardless of its length. It may report a key that was not added, with a
 * probability of about 2^-34 for 100,000 keys of 1,024 bytes. Not thread-safe.
 */
final class KeyPrints {

    private static final long PRIME = (1L << 61) - 1;
    private static final int FIRST_CAPACITY = 1_024;

    private final long point;
    private long[] prints = new long[FIRST_CAPACITY];
    private int size;
    private boolean sorted;

    /** @param seed a random number that clients must not learn */
    KeyPrints(long seed) {
        this.point = Math.floorMod(seed, PRIME);
    }

    /** Adds a key. */
    void add(Key key) {
        if (size == prints.length) {
            prints = Arrays.copyOf(prints, 2 * size);
        }
        prints[size++] = print(key);
        sorted = false;
    }

    int size() {
        return size;
    }

    /**
     * Returns whether a key was added; rarely also true for another key. Takes logarithmic time; the first call after an
     * addition also sorts the set.
     */
    boolean contains(Key key) {
        if (!sorted) {
            Arrays.sort(prints, 0, size);
            sorted = true;
        }
        return Arrays.binarySearch(prints, 0, size, print(key)) >= 0;
    }

    long print(Key key) {
        String text = key.toString();
        long print = 1; // so that leading zero characters change the print
        for (int i = 0; i < text.length(); i++) {
            print = timesPoint(print) + text.charAt(i);
            print = print >= PRIME ? print - PRIME : print;
        }
        return print;
    }

    private long timesPoint(long factor) {
        long high = Math.multiplyHigh(factor, point);
        long low = factor * point;
        long sum = (high << 3 | low >>> 61) + (low & PRIME);
        return sum >= PRIME ? sum - PRIME : sum;
    }
}
