package io.kvstore.server;

import java.util.List;
import java.util.Map;

/** What HTTP servers read from system properties, once, when their first instance is made. */
public final class HttpServerSettings {

    /** The JDK's own server, and the one that is known to stand in for it; each has its prefix for the same names. */
    private static final List<String> PREFIXES = List.of("sun.net.httpserver.", "robaho.net.httpserver.");

    /** Connections at once; further ones are closed. Each takes a file descriptor, and memory when it is read from. */
    private static final Map.Entry<String, String> CONNECTIONS_MAX =
            Map.entry("jdk.httpserver.maxConnections", "20000");

    private static final Map<String, String> SETTINGS = Map.of(
            // Without it a small answer on a kept connection waits some 40 ms for the client's acknowledgement.
            "nodelay", "true",
            // Connections that are kept open between requests; the surplus would be closed under load.
            "maxIdleConnections", "100000",
            // Seconds; longer than the pools of common clients keep theirs, so that they close first.
            "idleInterval", "120",
            // What is read of a body that nobody wants, so that its sender gets to see the answer.
            "drainAmount", "1048576");

    private HttpServerSettings() {}

    /** Sets what nobody has set. */
    public static void apply() {
        set(CONNECTIONS_MAX.getKey(), CONNECTIONS_MAX.getValue());
        for (String prefix : PREFIXES) {
            SETTINGS.forEach((name, value) -> set(prefix + name, value));
        }
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
