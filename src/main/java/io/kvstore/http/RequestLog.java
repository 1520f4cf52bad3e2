package io.kvstore.http;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is told of every request when it is over, on its thread: must not wait for anything. For any number of threads. */
public interface RequestLog {

    void answered(Entry entry);

    /**
     * A request that was answered, or could not be. Texts are as the client sent them, and fit for nobody's screen; none of
     * them has a token in it, or a password, unless a key has.
     *
     * @param startMillis when its head had come, in milliseconds since 1970
     * @param client where it came from
     * @param user the name of the token that was used, or null
     * @param path of its target, still percent-encoded; {@code -} where there is none
     * @param query of its target, or null where there is none
     * @param parameters those that have a meaning there: all else in the query may be anything, secrets too
     * @param status 0 where the client was gone before there was an answer
     * @param requestBodyBytes what was read of its body
     * @param responseBodyBytes what was sent of the answer's
     * @param nanos how long it took
     * @param userAgent as its sender called itself, or null
     * @param requestId as in the answer's {@code X-Request-Id}
     * @param complete whether the answer came to its end
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
