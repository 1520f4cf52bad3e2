package io.kvstore.http;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records requests. Thread-safe. */
public interface RequestLog {

    /** Records a request that has ended. Called on the thread of the request, and must not block. */
    void answered(Entry entry);

    /**
     * A request that was answered, or could not be answered.
     *
     * <p>Texts are as the client sent them, and not safe to display. They contain no token and no password, unless a client
     * has put one into a key.
     *
     * @param startMillis the time at which the head of the request had arrived, in milliseconds since 1970
     * @param client the address of the client
     * @param user the name of the client's token, or null
     * @param path the path of the target, still percent-encoded; {@code -} if the target is malformed
     * @param query the query of the target, or null
     * @param parameters the query parameters that the resource takes: others may be anything, including secrets
     * @param status 0 if the client disconnected before a response was sent
     * @param requestBodyBytes the number of bytes read of the request body
     * @param responseBodyBytes the number of bytes sent of the response body
     * @param nanos the duration
     * @param userAgent the {@code User-Agent} of the client, or null
     * @param requestId the {@code X-Request-Id} of the response
     * @param complete whether the response was sent completely
     */
    record Entry(
            long startMillis,
            InetAddress client,
            @Nullable String user,
            String method,
            String path,
            @Nullable String query,
            List<String> parameters,
            String protocol,
            int status,
            long requestBodyBytes,
            long responseBodyBytes,
            long nanos,
            @Nullable String userAgent,
            String requestId,
            boolean complete) {}
}
