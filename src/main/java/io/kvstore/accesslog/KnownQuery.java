package io.kvstore.accesslog;

import io.kvstore.http.RequestLog;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/*
 * A token that was put into the query by mistake is refused as an unknown parameter, and must not be found in the log.
 */
/** The part of a query that may be shown. */
final class KnownQuery {

    private static final String HIDDEN = "***";

    private KnownQuery() {}

    /** The query with asterisks in place of each parameter that has no meaning there; null where there is none. */
    static @Nullable String of(RequestLog.Entry entry) {
        String query = entry.query();
        if (query == null) {
            return null;
        }
        StringJoiner shown = new StringJoiner("&");
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            boolean known = entry.parameters().contains(equals < 0 ? each : each.substring(0, equals));
            shown.add(known ? each : HIDDEN);
        }
        return shown.toString();
    }
}
