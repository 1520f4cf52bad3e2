package io.kvstore.accesslog;

import io.kvstore.http.RequestLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The format of the access log. Safe for use by any number of threads. */
@FunctionalInterface
public interface LogFormat {

    /** The Combined Log Format, followed by the duration in seconds and the request id. */
    LogFormat TEXT = new TextLogFormat();

    /** One JSON object per line, always with the same members. */
    LogFormat JSON = new JsonLogFormat();

    /** Writes the line of a request, including the line feed, in UTF-8 or its subset ASCII. */
    void write(RequestLog.Entry entry, ByteArrayOutputStream out) throws IOException;
}
