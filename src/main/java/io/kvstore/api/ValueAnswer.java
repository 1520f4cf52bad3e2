package io.kvstore.api;

import io.kvstore.http.ByteRange;
import io.kvstore.http.Header;
import io.kvstore.http.HttpDate;
import io.kvstore.http.MediaType;
import io.kvstore.http.Problem;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Version;
import io.kvstore.store.SecondaryKey;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The response to GET or HEAD of an existing key. Evaluates the conditions in the order of RFC 9110 section 13.2, then sends
 * the value.
 */
final class ValueAnswer {

    private static final List<String> NO_CACHE = List.of("no-cache");
    private static final List<String> SANDBOX = List.of("sandbox");
    private static final List<String> RANGES = List.of("bytes");

    private final Keyspace keyspace;

    ValueAnswer(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /**
     * Sends the value.
     *
     * @throws Problem 412 if a condition does not hold, 416 if the range starts after the end of the value
     */
    void send(Value value, Request request, Response response) throws IOException {
        Version version = keyspace.version(value);
        Match ifMatch = EntityTag.match(request, Header.IF_MATCH, true);
        if (ifMatch != null
                ? !ifMatch.matches(version)
                : modifiedSince(request, Header.IF_UNMODIFIED_SINCE, value, false)) {
            throw Problems.conditionFailed(version, value.revision());
        }
        Match ifNoneMatch = EntityTag.match(request, Header.IF_NONE_MATCH, false);
        boolean unchanged = ifNoneMatch != null
                ? ifNoneMatch.matches(version)
                : !modifiedSince(request, Header.IF_MODIFIED_SINCE, value, true);

        String tag = EntityTag.of(version);
        response.header(Header.ETAG, tag);
        response.header(Header.KV_REVISION, Long.toString(value.revision()));
        response.header(
                Header.LAST_MODIFIED,
                HttpDate.format(Math.min(1_000 * lastModifiedSeconds(value), System.currentTimeMillis())));
        response.header(Header.CACHE_CONTROL, NO_CACHE);
        response.header(Header.CONTENT_SECURITY_POLICY, SANDBOX);
        if (value.expiryMillis() != SecondaryKey.NONE) {
            response.header(Header.KV_TTL, TimeToLive.remaining(value.expiryMillis(), keyspace.nowMillis()));
        }
        if (unchanged) {
            response.empty(304);
            return;
        }
        response.header(Header.CONTENT_TYPE, mediaType(value));
        response.header(Header.ACCEPT_RANGES, RANGES);
        byte[] bytes = value.bytes();
        ByteRange range = range(request, tag, bytes.length);
        if (range == null) {
            response.bytes(200, bytes);
        } else if (!range.satisfiable()) {
            throw new Problem(416, "the range starts after the end of the value, which has " + bytes.length + " bytes")
                    .header(Header.CONTENT_RANGE, "bytes */" + bytes.length);
        } else {
            response.header(Header.CONTENT_RANGE, range.contentRange(bytes.length));
            response.bytes(206, bytes, range.from(), range.length());
        }
    }

    private static List<String> mediaType(Value value) {
        String type = value.type();
        if (type != null) {
            return List.of(type);
        }
        return value.text() ? MediaType.TEXT : MediaType.BYTES;
    }

    /**
     * Returns whether the value was modified after the date in a header.
     *
     * @param defaultResult the result if there is no condition: if the header is missing, repeated or not a date
     */
    private boolean modifiedSince(Request request, String header, Value value, boolean defaultResult) {
        List<String> dates = request.headers(header);
        if (dates == null || dates.size() > 1) {
            return defaultResult;
        }
        OptionalLong date = HttpDate.parseSeconds(dates.get(0), keyspace.nowMillis());
        return date.isEmpty() ? defaultResult : lastModifiedSeconds(value) > date.getAsLong();
    }

    /**
     * Returns the first full second after the modification. A date proves that a client knows the present value only if it is
     * not earlier: a client may have read an earlier value in the same second, and RFC 9110 section 8.8.2.2 forbids such a
     * date as a strong validator. A response sent within that second has its own date as {@code Last-Modified}.
     */
    private static long lastModifiedSeconds(Value value) {
        return Math.floorDiv(value.modifiedMillis(), 1_000L) + 1;
    }

    private static @Nullable ByteRange range(Request request, String tag, int size) {
        List<String> ranges = request.headers(Header.RANGE);
        if (ranges == null || ranges.size() > 1 || request.method().equals("HEAD")) {
            return null;
        }
        // A date is not a strong validator here, because a value may change twice within a second.
        String ifRange = request.header(Header.IF_RANGE);
        return ifRange == null || ifRange.equals(tag) ? ByteRange.parse(ranges.get(0), size) : null;
    }
}
