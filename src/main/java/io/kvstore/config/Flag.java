package io.kvstore.config;

import java.util.List;
import java.util.Locale;

/** A flag of the server: its names, its default and its description. */
enum Flag {
    PORT("PORT", "8080", "Port to listen on, 0 to 65535; 0 picks a free port, which the start line shows"),
    HOST(
            "ADDRESS",
            "127.0.0.1",
            "Address to listen on; the server warns if it is not loopback and authentication is off"),
    MODE("MODE", "0", "Storage mode, by number or name: 0 memory, 1 persistent, 2 cached, 3 logged"),
    STORE_PATH("FOLDER", "", "Data folder, created if it does not exist; required in every mode except 0"),
    AUTH_FILE("FILE", "", "File of access tokens and their permissions; if unset, token authentication is off"),
    RESTORE("FILE", "", "Snapshot file to load at startup into an empty store"),
    CACHE_CAPACITY("N", "100", "Maximum number of entries that mode 2 caches in memory, at least 1"),
    DURABILITY(
            "LEVEL",
            "always",
            "When a commit is flushed to disk: always, before the response; interval, within a second;"
                    + " never, when the operating system decides"),
    MAX_KEY_BYTES("SIZE", "1024", "Maximum size of a key, 1 to 65535 bytes"),
    MAX_VALUE_BYTES("SIZE", "16m", "Maximum size of a value, 1 to 1g"),
    MAX_BATCH_OPS("N", "10000", "Maximum number of operations in a batch, at least 1"),
    MAX_BATCH_BYTES("SIZE", "64m", "Maximum size of the body of a batch, 1 to 1g"),
    WATCH_HISTORY("N", "100000", "Maximum number of changes kept for watchers that resume, at least 0"),
    WATCH_HISTORY_BYTES("SIZE", "64m", "Maximum total size of the changes kept for watchers that resume, at least 0"),
    IO_TIMEOUT("TIME", "30s", "Close the connection if a request reads or writes no byte for this long, 10ms to 1d"),
    SHUTDOWN_TIMEOUT("TIME", "10s", "Maximum time that shutdown waits for in-flight requests, 0s to 1d"),
    ACCESS_LOG(
            "FORMAT",
            "off",
            "Access log on standard output, one line per request: off, text (Combined Log Format) or json"),
    TLS_CERT("FILE", "", "PEM file of the server's certificate chain; enables TLS and disables plain HTTP"),
    TLS_KEY("FILE", "", "PEM file of the private key of --tls_cert"),
    TLS_CLIENT_CA(
            "FILE", "", "PEM file of CA certificates; each client must present a certificate that one of them signed"),
    ALLOWED_HOSTS(
            "NAMES",
            "",
            "Host names that requests may use besides localhost and the server's address, separated by commas"),
    CORS_ORIGIN(
            "ORIGINS",
            "",
            "Origins whose web pages may use the server, such as https://app.example, separated by commas; * for all");

    private final String label;
    private final String defaultValue;
    private final String description;

    Flag(String label, String defaultValue, String description) {
        this.label = label;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** Returns the name that documents and messages use, for example {@code --store_path}. */
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT);
    }

    /** Returns every accepted spelling of the flag; the first is {@link #flag()}. */
    List<String> spellings() {
        String snake = name().toLowerCase(Locale.ROOT);
        String kebab = snake.replace('_', '-');
        return snake.equals(kebab)
                ? List.of("--" + snake, "-" + snake)
                : List.of("--" + snake, "--" + kebab, "-" + snake, "-" + kebab);
    }

    /** Returns the environment variable that applies if the command line does not set the flag. */
    String variable() {
        return "KVSTORE_" + name();
    }

    /** Returns the placeholder for the value in the help. */
    String label() {
        return label;
    }

    /** Returns the default, as text in the flag's own syntax; empty if the flag is unset by default. */
    String defaultValue() {
        return defaultValue;
    }

    /** Returns the default as help and documents show it. */
    String shownDefault() {
        return defaultValue.isEmpty() ? "none" : defaultValue;
    }

    /** Returns what the flag sets and its allowed values, without the default. */
    String description() {
        return description;
    }
}
