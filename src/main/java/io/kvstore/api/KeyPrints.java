package io.kvstore.api;

import io.kvstore.keyspace.Key;
import java.util.Arrays;

/*
 * A print is the value of the polynomial whose coefficients are the key's characters, at a point that nobody knows, modulo
 * the prime 2^61 - 1. Two keys of n characters have the same print at no more than n of the 2^61 points: a key of 1,024
 * bytes that was never added is taken for one of 100,000 that were once in 2^34 times, whoever chooses the keys.
 */
/**
 * A set of keys that keeps eight bytes of each, whatever their length: it may take a key for another, with a chance that is
 * told above. For one thread.
 */
final class KeyPrints {

    private static final long PRIME = (1L << 61) - 1;
    private static final int FIRST_CAPACITY = 1_024;

    private final long point;
    private long[] prints = new long[FIRST_CAPACITY];
    private int size;
    private boolean sorted;

    /** @param seed drawn at random, and not told to clients */
    KeyPrints(long seed) {
        this.point = Math.floorMod(seed, PRIME);
    }

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

    /** Whether a key was added. Costs logarithmic time, and the first time after adding the sorting. */
    boolean contains(Key key) {
        if (!sorted) {
            Arrays.sort(prints, 0, size);
            sorted = true;
        }
        return Arrays.binarySearch(prints, 0, size, print(key)) >= 0;
    }

    long print(Key key) {
        String text = key.toString();
        long print = 1; // so that no key is another's after zeros
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
