package io.kvstore.accesslog;

import io.kvstore.http.RequestLog;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/*
 * A request with an unknown parameter is rejected, but still logged. The parameter may be a token that a client sent in
 * the query by mistake, so it must not appear in the log.
 */
/** Redacts the query of a request for the log. */
final class RedactedQuery {

    private static final String REDACTED = "***";

    private RedactedQuery() {}

    /** Returns the query, with each unknown parameter replaced by asterisks, or null if there is no query. */
    static @Nullable String of(RequestLog.Entry entry) {
        String query = entry.query();
        if (query == null) {
            return null;
        }
        StringJoiner redacted = new StringJoiner("&");
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            boolean known = entry.parameters().contains(equals < 0 ? each : each.substring(0, equals));
            redacted.add(known ? each : REDACTED);
        }
        return redacted.toString();
    }
}
