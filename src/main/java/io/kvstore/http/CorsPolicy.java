package io.kvstore.http;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A browser sends on behalf of any page what that page wants, and only keeps the answer from it. So a write that a page of
 * another origin asks for must be refused here; what it reads, the browser keeps from it as long as no answer says that it
 * may see it. Who is no browser sends neither Origin nor Sec-Fetch-Site, and is not concerned.
 */
/**
 * Which pages may use this server out of a browser: its own, and those of the origins that it was told, which it answers as
 * the CORS protocol wants it. Immutable.
 */
public final class CorsPolicy {

    /** What stands for every origin. */
    public static final String ANY = "*";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private static final List<String> METHODS = List.of("GET, HEAD, PUT, POST, DELETE");
    private static final List<String> TAKEN = List.of("Accept, Authorization, Content-Encoding, Content-Type, If-Match,"
            + " If-Modified-Since, If-None-Match, If-Range, KV-TTL, Last-Event-ID, Range, X-Request-Id");
    private static final List<String> SHOWN = List.of(
            "Accept-Ranges, Allow, Content-Range, ETag, KV-Count, KV-Filtered, KV-Next-Cursor, KV-Revision, KV-TTL,"
                    + " Link, Retry-After, WWW-Authenticate, X-Request-Id");
    private static final List<String> MAX_AGE = List.of("600");

    private final Set<String> allowed;
    private final boolean any;

    /** @param allowed as browsers write them, as in {@code https://app.example.org}; {@link #ANY} for all */
    public CorsPolicy(Collection<String> allowed) {
        this.allowed = Set.copyOf(allowed);
        this.any = this.allowed.contains(ANY);
    }

    /**
     * Lets a request pass that may be answered, and has the answer say who may see it.
     *
     * @throws Problem 403 for a write that a page asks for whose origin is foreign and not allowed
     */
    public void check(Request request, Response response) {
        if (any) {
            response.header(Header.ALLOW_ORIGIN, ANY);
            response.header(Header.EXPOSE_HEADERS, SHOWN);
            return;
        }
        String origin = request.header(Header.ORIGIN);
        if (!allowed.isEmpty()) {
            response.vary(Header.ORIGIN);
        }
        if (origin != null && allowed.contains(origin)) {
            response.header(Header.ALLOW_ORIGIN, origin);
            response.header(Header.EXPOSE_HEADERS, SHOWN);
        } else if (!READING.contains(request.method()) && isForeign(origin, request)) {
            throw new Problem(
                    403,
                    "a page of another origin" + (origin == null ? "" : ", " + Quoting.quote(origin) + ",")
                            + " may change nothing here: --cors_origin names those that may");
        }
    }

    private static boolean isForeign(@Nullable String origin, Request request) {
        if ("cross-site".equals(request.header(Header.SEC_FETCH_SITE))) {
            return true;
        }
        if (origin == null) {
            return false;
        }
        // Where something in front of this server speaks TLS, the page came by another scheme than the request did.
        int scheme = origin.indexOf("://");
        String host = request.header(Header.HOST);
        return scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    /**
     * Answers a browser that asks, before it sends a request, whether its page may; says whether this was one. To be asked
     * after {@link #check}, and before anything that the question lacks, as the request's credentials.
     */
    public boolean answerPreflight(Request request, Response response) throws IOException {
        boolean preflight = request.method().equals("OPTIONS")
                && request.header(Header.REQUEST_METHOD) != null
                && response.hasHeader(Header.ALLOW_ORIGIN);
        if (preflight) {
            response.header(Header.ALLOW_METHODS, METHODS);
            response.header(Header.ALLOW_HEADERS, TAKEN);
            response.header(Header.MAX_AGE, MAX_AGE);
            response.empty(204);
        }
        return preflight;
    }
}
