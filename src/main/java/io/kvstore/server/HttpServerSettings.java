package io.kvstore.server;

import java.util.Map;

/** What the JDK's HTTP server reads from system properties, once, when its first instance is made. */
final class HttpServerSettings {

    private static final Map<String, String> SETTINGS = Map.of(
            // Without it a small answer on a kept connection waits some 40 ms for the client's acknowledgement.
            "sun.net.httpserver.nodelay", "true",
            // Connections that are kept open between requests; the surplus would be closed under load.
            "sun.net.httpserver.maxIdleConnections", "100000",
            // Seconds; longer than the pools of common clients keep theirs, so that they close first.
            "sun.net.httpserver.idleInterval", "120",
            // What is read of a body that nobody wants, so that its sender gets to see the answer.
            "sun.net.httpserver.drainAmount", "1048576");

    private HttpServerSettings() {}

    /** Sets what nobody has set. */
    static void apply() {
        SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
