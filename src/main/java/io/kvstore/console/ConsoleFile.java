package io.kvstore.console;

import io.kvstore.http.Header;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of the console: the page, or a file that the page loads. Contains no data of the store, and so needs no access token.
 *
 * <p>Reads the file from the class path on the first request and keeps it in memory. Thread-safe.
 */
public final class ConsoleFile {

    /** Lets the page run only the modules of this server, so that a value cannot inject a script. */
    private static final List<String> POLICY =
            List.of("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
                    + " trusted-types 'none'");

    private static final List<String> NO_REFERRER = List.of("no-referrer");

    /** Makes browsers revalidate a cached file each time, so that a page never loads modules of another version. */
    private static final List<String> NO_CACHE = List.of("no-cache");

    private static final int TAG_BYTES = 16;

    private static final class Content {

        final byte[] bytes;
        final String tag;

        Content(byte[] bytes) {
            this.bytes = bytes;
            this.tag = '"' + HexFormat.of().formatHex(sha256(bytes), 0, TAG_BYTES) + '"';
        }

        private static byte[] sha256(byte[] bytes) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }

    private final String name;
    private final String type;
    private final boolean negotiated;
    private volatile @Nullable Content content;

    /** @param negotiated whether the same path has another content for clients that do not accept this type */
    ConsoleFile(String name, String type, boolean negotiated) {
        this.name = name;
        this.type = type;
        this.negotiated = negotiated;
    }

    /**
     * Sends the file as the response, or 304 if the client has it.
     *
     * @throws IOException if the response cannot be sent completely
     */
    public void send(Request request, Response response) throws IOException {
        Content file = content();
        response.header(Header.CONTENT_SECURITY_POLICY, POLICY);
        response.header(Header.REFERRER_POLICY, NO_REFERRER);
        response.header(Header.CACHE_CONTROL, NO_CACHE);
        response.header(Header.ETAG, file.tag);
        if (negotiated) {
            response.vary(Header.ACCEPT);
        }
        if (matches(file.tag, request.headers(Header.IF_NONE_MATCH))) {
            response.empty(304);
            return;
        }
        response.header(Header.CONTENT_TYPE, type);
        response.bytes(200, file.bytes);
    }

    /** Returns whether the client has the file already, RFC 9110 section 13.1.2. */
    private static boolean matches(String tag, @Nullable List<String> fields) {
        for (String field : fields == null ? List.<String>of() : fields) {
            for (String element : field.split(",", -1)) {
                String given = element.trim();
                if (given.equals("*") || given.equals(tag) || given.equals("W/" + tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Content content() throws IOException {
        Content cached = content;
        if (cached == null) {
            cached = read(); // two threads may do so at once, and read the same
            content = cached;
        }
        return cached;
    }

    private Content read() throws IOException {
        try (InputStream in = ConsoleFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the console has no file " + name + " on the class path");
            }
            return new Content(in.readAllBytes());
        }
    }
}
