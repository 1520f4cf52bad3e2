package io.kvstore.http;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A browser sends requests for any page to any server, and only hides the response from the page. So the server must reject
 * writes of pages from other origins itself. For reads the browser is enough, as long as no response permits the page to see
 * it. Clients other than browsers send neither Origin nor Sec-Fetch-Site, and are not affected.
 */
/**
 * The policy for web pages of other origins: which may use this server, by the CORS protocol of the Fetch standard. Pages of
 * this server itself always may. Immutable.
 */
public final class CorsPolicy {

    /** Stands for every origin. */
    public static final String ANY = "*";

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private static final List<String> METHODS = List.of("GET, HEAD, PUT, POST, DELETE");
    private static final List<String> REQUEST_HEADERS =
            List.of("Accept, Authorization, Content-Encoding, Content-Type, If-Match,"
                    + " If-Modified-Since, If-None-Match, If-Range, KV-TTL, Last-Event-ID, Range, X-Request-Id");
    private static final List<String> EXPOSED_HEADERS = List.of(
            "Accept-Ranges, Allow, Content-Range, ETag, KV-Count, KV-Filtered, KV-Next-Cursor, KV-Revision, KV-TTL,"
                    + " Link, Retry-After, WWW-Authenticate, X-Request-Id");
    private static final List<String> MAX_AGE = List.of("600");

    private final Set<String> allowed;
    private final boolean any;

    /** @param allowed origins as browsers send them, such as {@code https://app.example.org}; or {@link #ANY} */
    public CorsPolicy(Collection<String> allowed) {
        this.allowed = Set.copyOf(allowed);
        this.any = this.allowed.contains(ANY);
    }

    /**
     * Checks the origin of a request, and sets the response headers that permit the page to see the response.
     *
     * @throws Problem 403 if a page of another origin, which is not allowed, sends a write
     */
    public void check(Request request, Response response) {
        if (any) {
            response.header(Header.ALLOW_ORIGIN, ANY);
            response.header(Header.EXPOSE_HEADERS, EXPOSED_HEADERS);
            return;
        }
        String origin = request.header(Header.ORIGIN);
        if (!allowed.isEmpty()) {
            response.vary(Header.ORIGIN);
        }
        if (origin != null && allowed.contains(origin)) {
            response.header(Header.ALLOW_ORIGIN, origin);
            response.header(Header.EXPOSE_HEADERS, EXPOSED_HEADERS);
        } else if (!SAFE_METHODS.contains(request.method()) && isCrossOrigin(origin, request)) {
            throw new Problem(
                    403,
                    "pages of another origin" + (origin == null ? "" : ", " + Quoting.quote(origin) + ",")
                            + " may not write to this server; allow origins with --cors_origin");
        }
    }

    private static boolean isCrossOrigin(@Nullable String origin, Request request) {
        if ("cross-site".equals(request.header(Header.SEC_FETCH_SITE))) {
            return true;
        }
        if (origin == null) {
            return false;
        }
        // Ignores the scheme: if a proxy terminates TLS, the scheme of the page differs from that of the request.
        int scheme = origin.indexOf("://");
        String host = request.header(Header.HOST);
        return scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    /**
     * Answers a CORS preflight request; returns whether the request is one. Must be called after {@link #check}, and before
     * authentication, because browsers send a preflight request without credentials.
     */
    public boolean answerPreflight(Request request, Response response) throws IOException {
        boolean preflight = request.method().equals("OPTIONS")
                && request.header(Header.REQUEST_METHOD) != null
                && response.hasHeader(Header.ALLOW_ORIGIN);
        if (preflight) {
            response.header(Header.ALLOW_METHODS, METHODS);
            response.header(Header.ALLOW_HEADERS, REQUEST_HEADERS);
            response.header(Header.MAX_AGE, MAX_AGE);
            response.empty(204);
        }
        return preflight;
    }
}
