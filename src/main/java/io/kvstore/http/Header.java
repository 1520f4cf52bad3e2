package io.kvstore.http;

/** Names of headers. */
public final class Header {

    public static final String ACCEPT = "Accept";
    public static final String ACCEPT_ENCODING = "Accept-Encoding";
    public static final String ACCEPT_RANGES = "Accept-Ranges";
    public static final String ALLOW = "Allow";
    public static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";
    public static final String ALLOW_METHODS = "Access-Control-Allow-Methods";
    public static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    public static final String AUTHORIZATION = "Authorization";
    public static final String CACHE_CONTROL = "Cache-Control";
    public static final String CONNECTION = "Connection";
    public static final String CONTENT_DISPOSITION = "Content-Disposition";
    public static final String CONTENT_ENCODING = "Content-Encoding";
    public static final String CONTENT_LENGTH = "Content-Length";
    public static final String CONTENT_RANGE = "Content-Range";
    public static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    public static final String CONTENT_TYPE = "Content-Type";
    public static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
    public static final String ETAG = "ETag";
    public static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";
    public static final String HOST = "Host";
    public static final String IF_MATCH = "If-Match";
    public static final String IF_MODIFIED_SINCE = "If-Modified-Since";
    public static final String IF_NONE_MATCH = "If-None-Match";
    public static final String IF_RANGE = "If-Range";
    public static final String IF_UNMODIFIED_SINCE = "If-Unmodified-Since";
    public static final String KV_COUNT = "KV-Count";
    public static final String KV_FILTERED = "KV-Filtered";
    public static final String KV_NEXT_CURSOR = "KV-Next-Cursor";
    public static final String KV_REVISION = "KV-Revision";
    public static final String KV_TTL = "KV-TTL";
    public static final String LAST_EVENT_ID = "Last-Event-ID";
    public static final String LAST_MODIFIED = "Last-Modified";
    public static final String LINK = "Link";
    public static final String MAX_AGE = "Access-Control-Max-Age";
    public static final String ORIGIN = "Origin";
    public static final String RANGE = "Range";
    public static final String REFERRER_POLICY = "Referrer-Policy";
    public static final String REQUEST_ID = "X-Request-Id";
    public static final String REQUEST_METHOD = "Access-Control-Request-Method";
    public static final String RETRY_AFTER = "Retry-After";
    public static final String SEC_FETCH_DEST = "Sec-Fetch-Dest";
    public static final String SEC_FETCH_SITE = "Sec-Fetch-Site";
    public static final String TRANSFER_ENCODING = "Transfer-Encoding";
    public static final String USER_AGENT = "User-Agent";
    public static final String VARY = "Vary";
    public static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    public static final String X_ACCEL_BUFFERING = "X-Accel-Buffering";

    private Header() {}
}
