package io.kvstore.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error response, thrown by the code that detects the error. {@link ProblemWriter} sends it as
 * {@code application/problem+json}, RFC 9457.
 *
 * <p>Has no stack trace, so that throwing one is cheap. Not thread-safe: belongs to the thread of its request.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Writes additional members into the JSON object of a problem. */
    @FunctionalInterface
    public interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private final int status;
    private final String detail;
    private final transient Map<String, String> headers = new LinkedHashMap<>(4);
    private final transient Map<String, String> textMembers = new LinkedHashMap<>(2);
    private transient @Nullable Members members;
    private transient @Nullable Throwable failure;

    /**
     * Creates a problem.
     *
     * @param status a status code that {@link ProblemWriter} knows
     * @param detail a message for the person who sent the request: what is wrong, the allowed range, the value given
     */
    public Problem(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
    }

    /** Returns a problem with status 400. */
    public static Problem badRequest(String detail) {
        return new Problem(400, detail);
    }

    /** Returns a problem with status 503 for a temporary condition, which asks the client to retry after a second. */
    public static Problem unavailable(String detail) {
        return new Problem(503, detail).header(Header.RETRY_AFTER, "1");
    }

    /** Returns a problem with status 405, for a method that the resource does not support. */
    public static Problem methodNotAllowed(String method, String allowed) {
        return new Problem(405, "method " + Quoting.quote(method) + " is not allowed; this resource allows " + allowed)
                .header(Header.ALLOW, allowed);
    }

    /** Adds a header to the response; replaces an earlier value. */
    public Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Adds a string member to the JSON object (RFC 9457, section 3.2); replaces an earlier value. */
    public Problem with(String name, String value) {
        textMembers.put(name, value);
        return this;
    }

    /** Adds members to the JSON object, after the string members; replaces those of an earlier call. */
    public Problem with(Members more) {
        members = more;
        return this;
    }

    /** Sets the failure that caused the problem, which the server logs. The client does not see it. */
    public Problem because(Throwable cause) {
        failure = cause;
        return this;
    }

    public int status() {
        return status;
    }

    public String detail() {
        return detail;
    }

    /** Returns the headers of the response. The caller must not modify the map. */
    public Map<String, String> headers() {
        return headers;
    }

    Map<String, String> textMembers() {
        return textMembers;
    }

    @Nullable
    Members members() {
        return members;
    }

    /** Returns the failure to log, or null if the client caused the problem. */
    public @Nullable Throwable failure() {
        return failure;
    }
}
