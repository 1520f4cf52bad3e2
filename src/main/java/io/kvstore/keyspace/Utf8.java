package io.kvstore.keyspace;

/** Validates UTF-8 as Unicode 15, table 3-7, defines it: no surrogates, no overlong forms. */
public final class Utf8 {

    private Utf8() {}

    /** Returns whether the bytes are well-formed UTF-8. Takes linear time and allocates nothing. */
    public static boolean isValid(byte[] bytes) {
        int i = 0;
        int length = bytes.length;
        while (i < length) {
            int lead = bytes[i++];
            if (lead >= 0) {
                continue;
            }
            int following;
            int low = 0x80;
            int high = 0xBF;
            lead &= 0xFF;
            if (lead >= 0xC2 && lead <= 0xDF) {
                following = 1;
            } else if (lead >= 0xE0 && lead <= 0xEF) {
                following = 2;
                low = lead == 0xE0 ? 0xA0 : low;
                high = lead == 0xED ? 0x9F : high;
            } else if (lead >= 0xF0 && lead <= 0xF4) {
                following = 3;
                low = lead == 0xF0 ? 0x90 : low;
                high = lead == 0xF4 ? 0x8F : high;
            } else {
                return false;
            }
            if (length - i < following) {
                return false;
            }
            int second = bytes[i] & 0xFF;
            if (second < low || second > high) {
                return false;
            }
            for (int k = 1; k < following; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    return false;
                }
            }
            i += following;
        }
        return true;
    }
}
