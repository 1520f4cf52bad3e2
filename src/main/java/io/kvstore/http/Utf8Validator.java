package io.kvstore.http;

/**
 * Validates UTF-8 byte by byte, as Unicode 15 defines it in table 3-7: no surrogates, no overlong forms. Not thread-safe.
 */
final class Utf8Validator {

    /** The number of bytes that the current sequence still needs. */
    private int missing;

    /** The allowed range of the next of them. */
    private int low = 0x80;

    private int high = 0xBF;

    /** Returns whether the bytes are valid UTF-8. Takes linear time. */
    static boolean isValid(byte[] bytes) {
        Utf8Validator validator = new Utf8Validator();
        return validator.validLength(bytes, 0, bytes.length) == bytes.length && validator.isComplete();
    }

    /**
     * Validates more bytes.
     *
     * @return the number of bytes before the first invalid one; {@code length} if all are valid so far
     */
    int validLength(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if ((missing > 0 || bytes[i] < 0) && !accept(bytes[i] & 0xFF)) {
                return i - from;
            }
        }
        return length;
    }

    /** Returns whether the bytes so far do not end within a sequence. */
    boolean isComplete() {
        return missing == 0;
    }

    /** Accepts a byte that is not ASCII or continues a sequence; returns whether it is valid at its position. */
    private boolean accept(int b) {
        if (missing > 0) {
            boolean follows = b >= low && b <= high;
            low = 0x80;
            high = 0xBF;
            missing--;
            return follows;
        }
        if (b >= 0xC2 && b <= 0xDF) {
            missing = 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            missing = 2;
            low = b == 0xE0 ? 0xA0 : low;
            high = b == 0xED ? 0x9F : high;
        } else if (b >= 0xF0 && b <= 0xF4) {
            missing = 3;
            low = b == 0xF0 ? 0x90 : low;
            high = b == 0xF4 ? 0x8F : high;
        }
        return missing > 0;
    }
}
