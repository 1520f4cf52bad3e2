package io.kvstore.api;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of the console: the page, or what it loads. It holds no data, so that nobody needs a token for it. Read out of the jar
 * when it is asked for first, and kept.
 */
final class ConsoleFile implements Resource {

    /** The page runs the server's own modules and nothing else, whatever a value may have in it. */
    private static final List<String> POLICY =
            List.of("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
                    + " trusted-types 'none'");

    private static final List<String> NO_REFERRER = List.of("no-referrer");

    /** Kept by browsers, who ask each time whether it is still the same: no page meets modules of another version. */
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

    /** @param negotiated whether who accepts something else gets something else at the same path */
    ConsoleFile(String name, String type, boolean negotiated) {
        this.name = name;
        this.type = type;
        this.negotiated = negotiated;
    }

    @Override
    public RequiredAccess demand() {
        return RequiredAccess.NOTHING;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        Content file = content();
        response.header(Header.CONTENT_SECURITY_POLICY, POLICY);
        response.header(Header.REFERRER_POLICY, NO_REFERRER);
        response.header(Header.CACHE_CONTROL, NO_CACHE);
        response.header(Header.ETAG, file.tag);
        if (negotiated) {
            response.vary(Header.ACCEPT);
        }
        if (isKnown(file.tag, request.headers(Header.IF_NONE_MATCH))) {
            response.empty(304);
            return;
        }
        response.header(Header.CONTENT_TYPE, type);
        response.bytes(200, file.bytes);
    }

    /** Whether a client has it already, RFC 9110 section 13.1.2. */
    private static boolean isKnown(String tag, @Nullable List<String> fields) {
        for (String field : fields == null ? List.<String>of() : fields) {
            for (String element : field.split(",", -1)) {
                String known = element.trim();
                if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Content content() throws IOException {
        Content kept = content;
        if (kept == null) {
            kept = read(); // by two threads at once perhaps, who read the same
            content = kept;
        }
        return kept;
    }

    private Content read() throws IOException {
        try (InputStream in = ConsoleFile.class.getResourceAsStream("/io/kvstore/console/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no file " + name + " of the console");
            }
            return new Content(in.readAllBytes());
        }
    }
}
