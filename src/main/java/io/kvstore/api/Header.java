package io.kvstore.api;

/** Header names. */
final class Header {

    static final String ACCEPT = "Accept";
    static final String ACCEPT_ENCODING = "Accept-Encoding";
    static final String ACCEPT_RANGES = "Accept-Ranges";
    static final String ALLOW = "Allow";
    static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";
    static final String ALLOW_METHODS = "Access-Control-Allow-Methods";
    static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    static final String AUTHORIZATION = "Authorization";
    static final String CACHE_CONTROL = "Cache-Control";
    static final String CONNECTION = "Connection";
    static final String CONTENT_DISPOSITION = "Content-Disposition";
    static final String CONTENT_ENCODING = "Content-Encoding";
    static final String CONTENT_LENGTH = "Content-Length";
    static final String CONTENT_RANGE = "Content-Range";
    static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    static final String CONTENT_TYPE = "Content-Type";
    static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
    static final String ETAG = "ETag";
    static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";
    static final String HOST = "Host";
    static final String IF_MATCH = "If-Match";
    static final String IF_MODIFIED_SINCE = "If-Modified-Since";
    static final String IF_NONE_MATCH = "If-None-Match";
    static final String IF_RANGE = "If-Range";
    static final String IF_UNMODIFIED_SINCE = "If-Unmodified-Since";
    static final String KV_COUNT = "KV-Count";
    static final String KV_FILTERED = "KV-Filtered";
    static final String KV_NEXT_CURSOR = "KV-Next-Cursor";
    static final String KV_REVISION = "KV-Revision";
    static final String KV_TTL = "KV-TTL";
    static final String LAST_EVENT_ID = "Last-Event-ID";
    static final String LAST_MODIFIED = "Last-Modified";
    static final String LINK = "Link";
    static final String MAX_AGE = "Access-Control-Max-Age";
    static final String ORIGIN = "Origin";
    static final String RANGE = "Range";
    static final String REFERRER_POLICY = "Referrer-Policy";
    static final String REQUEST_ID = "X-Request-Id";
    static final String REQUEST_METHOD = "Access-Control-Request-Method";
    static final String RETRY_AFTER = "Retry-After";
    static final String SEC_FETCH_DEST = "Sec-Fetch-Dest";
    static final String SEC_FETCH_SITE = "Sec-Fetch-Site";
    static final String TRANSFER_ENCODING = "Transfer-Encoding";
    static final String USER_AGENT = "User-Agent";
    static final String VARY = "Vary";
    static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    static final String X_ACCEL_BUFFERING = "X-Accel-Buffering";

    private Header() {}
}
