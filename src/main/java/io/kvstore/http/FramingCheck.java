package io.kvstore.http;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Map;

/*
 * A proxy in front of this server may parse a malformed request differently. If proxy and server disagree about the end of a
 * request, a part of it is a body to one and a request to the other. An attacker can then send requests in the name of other
 * clients, or bypass the rules of the proxy (request smuggling). So this class rejects ambiguous requests that the JDK's
 * server accepts, and closes the connection, because the bytes that follow are ambiguous, too.
 *
 * The JDK's server itself rejects invalid header names, repeated lengths, a length together with a transfer encoding, and
 * encodings other than chunked. But it computes chunk sizes in 32 bits, so that 100000000 is 0, and accepts an empty size as
 * 0, and a handler sees neither. Hence a connection ends after a chunked request, and the bytes that follow are not parsed.
 */
/** Checks that all HTTP parsers agree where a request begins and ends. */
public final class FramingCheck {

    private static final char DELETE = 0x7F;

    private FramingCheck() {}

    /**
     * Checks the framing of a request. Closes the connection after the response if no other request may safely follow.
     *
     * @throws Problem 400, which also closes the connection, if the end of the request is ambiguous
     */
    public static void check(Request request, Response response) {
        Headers headers = request.headers();
        String version = request.protocol();
        boolean http10 = request.isHttp10();
        if (!http10 && !version.equals("HTTP/1.1")) {
            throw malformed("a request line must end with HTTP/1.1 or HTTP/1.0, not with " + Quoting.quote(version));
        }
        if (headers.containsKey(Header.TRANSFER_ENCODING)) {
            if (http10) {
                throw malformed("HTTP/1.0 has no Transfer-Encoding: use Content-Length");
            }
            response.header(Header.CONNECTION, "close");
        }
        String length = headers.getFirst(Header.CONTENT_LENGTH);
        if (length != null
                && (length.startsWith("-") || DecimalLong.parse(length).isEmpty())) {
            throw malformed("Content-Length must be a number of bytes, digits only, not " + Quoting.quote(length));
        }
        for (Map.Entry<String, List<String>> field : headers.entrySet()) {
            for (String value : field.getValue()) {
                if (hasControlCharacter(value)) {
                    throw malformed("header " + field.getKey() + " must not contain control characters: "
                            + Quoting.quote(value));
                }
            }
        }
    }

    private static boolean hasControlCharacter(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == DELETE) {
                return true;
            }
        }
        return false;
    }

    private static Problem malformed(String detail) {
        return Problem.badRequest(detail).header(Header.CONNECTION, "close");
    }
}
