package io.kvstore.config;

import java.util.Locale;

/** Whether requests are logged, and how. */
public enum AccessLogFormat {
    OFF,
    TEXT,
    JSON;

    /** As it is written. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
