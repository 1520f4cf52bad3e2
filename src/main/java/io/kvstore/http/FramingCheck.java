package io.kvstore.http;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Map;

/*
 * What stands between a client and this server, a proxy, may read a malformed request in another way. Where the two differ on
 * where it ends, what is a body to one is a request to the other, and a client of the proxy gets to send requests in another's
 * name or past the proxy's rules. So what the server below takes, though no two readers need agree on it, is refused, and the
 * connection closed: what comes next over it may be anything.
 *
 * That server refuses by itself names that are none, repeated lengths, a length beside an encoding, and encodings other than
 * chunked. But it computes the sizes of chunks in 32 bits, so that 100000000 is 0, and takes no digits at all for 0; a handler
 * gets to see neither. Hence a request in chunks is the last of its connection: what follows it is never looked at.
 */
/** Whether it is certain, for every reader, where a request begins and ends. */
public final class FramingCheck {

    private static final char DELETE = 0x7F;

    private FramingCheck() {}

    /**
     * Lets a request pass whose end is certain, and has its connection end with the answer where it is not quite certain
     * enough for another request to follow.
     *
     * @throws Problem 400, which closes the connection, where it is not
     */
    public static void check(Request request, Response response) {
        Headers headers = request.headers();
        String version = request.protocol();
        boolean http10 = request.isHttp10();
        if (!http10 && !version.equals("HTTP/1.1")) {
            throw malformed("a request line ends with HTTP/1.1 or HTTP/1.0, not with " + Quoting.quote(version));
        }
        if (headers.containsKey(Header.TRANSFER_ENCODING)) {
            if (http10) {
                throw malformed("a request of HTTP/1.0 has a Content-Length, and no Transfer-Encoding");
            }
            response.header(Header.CONNECTION, "close");
        }
        String length = headers.getFirst(Header.CONTENT_LENGTH);
        if (length != null
                && (length.startsWith("-") || DecimalLong.parse(length).isEmpty())) {
            throw malformed("Content-Length must be a number of bytes, in digits alone, not " + Quoting.quote(length));
        }
        for (Map.Entry<String, List<String>> field : headers.entrySet()) {
            for (String value : field.getValue()) {
                if (hasControlCharacter(value)) {
                    throw malformed("a header has no control characters, but " + field.getKey() + " is "
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
