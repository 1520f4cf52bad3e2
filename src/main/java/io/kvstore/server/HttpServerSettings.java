package io.kvstore.server;

import io.kvstore.http.Response;
import java.util.List;
import java.util.Map;

/** The system properties that HTTP servers read once, when the first instance is created. */
public final class HttpServerSettings {

    /** Property prefixes of the JDK's server and of a tested replacement; both use the same names. */
    private static final List<String> PREFIXES = List.of("sun.net.httpserver.", "robaho.net.httpserver.");

    /** Maximum number of connections; the server closes further ones. Each takes a file descriptor, and memory once it is read. */
    private static final Map.Entry<String, String> CONNECTIONS_MAX =
            Map.entry("jdk.httpserver.maxConnections", "20000");

    private static final Map<String, String> SETTINGS = Map.of(
            // Without it, a small response on a kept-alive connection waits about 40 ms for the client's
            // acknowledgement.
            "nodelay", "true",
            // Maximum number of idle kept-alive connections. With fewer, the server would close connections under load.
            "maxIdleConnections", "100000",
            // Seconds. Longer than the pools of common clients keep idle connections, so that the client closes first.
            "idleInterval", "120",
            // Bytes of an unwanted body that the server reads, so that its sender gets to read the response.
            "drainAmount", Long.toString(Response.DISCARDED_BYTES_MAX));

    private HttpServerSettings() {}

    /** Sets each property that is not set. */
    public static void apply() {
        setIfAbsent(CONNECTIONS_MAX.getKey(), CONNECTIONS_MAX.getValue());
        for (String prefix : PREFIXES) {
            SETTINGS.forEach((name, value) -> setIfAbsent(prefix + name, value));
        }
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
