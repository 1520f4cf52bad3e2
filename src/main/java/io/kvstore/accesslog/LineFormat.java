package io.kvstore.accesslog;

import io.kvstore.http.RequestLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** How a request is told of. Safe for use by any number of threads. */
@FunctionalInterface
public interface LineFormat {

    /** The Combined Log Format, with seconds and request id behind it. */
    LineFormat TEXT = new TextLine();

    /** An object with the same members in each line. */
    LineFormat JSON = new JsonLine();

    /** Writes a line with its end, ASCII or UTF-8. */
    void write(RequestLog.Entry entry, ByteArrayOutputStream out) throws IOException;
}
