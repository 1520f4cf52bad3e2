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
 * As bytes: the version (1), the direction (0 upwards, 1 downwards), the key, the CRC32C of these, most significant byte
 * first. As text: base64url without padding, so that nothing of it must be percent-encoded.
 */
/**
 * Where a page of a listing ended.
 *
 * @param after its last key, which need not exist any longer
 * @param reverse the direction in which the listing goes
 */
record Cursor(Key after, boolean reverse) {

    static final String PARAMETER = "cursor";

    private static final byte VERSION = 1;
    private static final int HEAD_BYTES = 2;
    private static final int CHECKSUM_BYTES = 4;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** The cursor as clients get it and give it back. */
    String text() {
        byte[] key = after.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + key.length + CHECKSUM_BYTES);
        bytes.put(VERSION).put((byte) (reverse ? 1 : 0)).put(key);
        bytes.putInt(checksum(bytes.array()));
        return ENCODER.encodeToString(bytes.array());
    }

    /** @throws Problem 400 when this is no cursor that {@link #text} gave */
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
        // So the version, the checksum and the rest are as they were given: Base64 has several forms of the same bytes,
        // and what is no UTF-8 is written as something else.
        if (!cursor.text().equals(text)) {
            throw malformed(text);
        }
        return cursor;
    }

    private static byte @Nullable [] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null; // which the caller tells the client
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }

    private static Problem malformed(String text) {
        return Problem.badRequest("query parameter " + PARAMETER + " must be what " + Header.KV_NEXT_CURSOR
                + " said, unchanged, not " + Quoting.quote(text));
    }
}
