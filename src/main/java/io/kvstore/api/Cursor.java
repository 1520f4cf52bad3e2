package io.kvstore.api;

import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.keyspace.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * Bytes: the version (1), the direction (0 ascending, 1 descending), the key, and the CRC32C of all these in big-endian
 * order. Text: base64url without padding, so that no character needs percent-encoding.
 */
/**
 * The position at which a page of a listing ended.
 *
 * @param after the last key of the page, which may have been deleted since
 * @param reverse whether the listing is in descending order
 */
record Cursor(Key after, boolean reverse) {

    static final String PARAMETER = "cursor";

    private static final byte VERSION = 1;
    private static final int HEAD_BYTES = 2;
    private static final int CHECKSUM_BYTES = 4;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** Returns the text that clients receive and send back. */
    String text() {
        byte[] key = after.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + key.length + CHECKSUM_BYTES);
        bytes.put(VERSION).put((byte) (reverse ? 1 : 0)).put(key);
        bytes.putInt(checksum(bytes.array()));
        return ENCODER.encodeToString(bytes.array());
    }

    /**
     * Parses the text of a cursor.
     *
     * @throws Problem 400 if {@link #text} cannot have returned this text
     */
    static Cursor parse(String text) {
        byte[] bytes = decode(text);
        if (bytes == null || bytes.length <= HEAD_BYTES + CHECKSUM_BYTES) {
            throw malformed(text);
        }
        byte[] key = Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length - CHECKSUM_BYTES);
        if (key.length > Key.BYTES_MAX) {
            throw malformed(text);
        }
        Cursor cursor = new Cursor(Key.ofUtf8(key), bytes[1] == 1);
        // Checks the version, the checksum and the rest at once. Also rejects the other Base64 forms of the same bytes,
        // and
        // invalid UTF-8, which is encoded to other bytes.
        if (!cursor.text().equals(text)) {
            throw malformed(text);
        }
        return cursor;
    }

    private static byte @Nullable [] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null; // the caller reports the malformed cursor to the client
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }

    private static Problem malformed(String text) {
        return Problem.badRequest("query parameter " + PARAMETER + " must be the unchanged value of a "
                + Header.KV_NEXT_CURSOR + " header, not " + Quoting.quote(text));
    }
}
