package io.kvstore.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;

/**
 * Passes bytes on as long as they are valid UTF-8. If they are not, the stream ends within the malformed sequence, and the
 * next read fails. Not thread-safe.
 */
final class Utf8Stream extends InputStream {

    private final InputStream in;
    private final Utf8Validator validator = new Utf8Validator();
    private boolean malformed;

    Utf8Stream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws MalformedInputException if the bytes that follow those already read are not valid UTF-8 */
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = malformed ? -1 : in.read(bytes, from, length);
        if (malformed || (read < 0 && !validator.isComplete())) {
            throw new MalformedInputException(1);
        }
        int valid = validator.validLength(bytes, from, read);
        if (valid < read) {
            malformed = true;
            if (valid == 0) {
                throw new MalformedInputException(1);
            }
            return valid;
        }
        return read;
    }
}
