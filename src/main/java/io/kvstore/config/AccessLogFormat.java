package io.kvstore.config;

import java.util.Locale;

/** The format of the access log, or {@link #OFF}. */
public enum AccessLogFormat {
    OFF,
    TEXT,
    JSON;

    /** Returns the value of {@code --access_log} that selects this format. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
