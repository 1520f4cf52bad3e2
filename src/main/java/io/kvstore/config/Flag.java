package io.kvstore.config;

import java.util.List;
import java.util.Locale;

/** A flag of the command line: its names, its default, and what the help says of it. */
enum Flag {
    PORT("PORT", "8080", "0 to 65535; 0 takes a free one, and the start line tells which"),
    HOST("ADDRESS", "127.0.0.1", "address to listen on"),
    MODE("MODE", "0", "0 memory, 1 persistent, 2 cached, 3 logged; number or name"),
    STORE_PATH("FOLDER", "", "data folder, made if need be; every mode but 0 needs one"),
    AUTH_FILE("FILE", "", "tokens and what each may do; without one, everybody may do everything"),
    RESTORE("FILE", "", "a snapshot to start an empty store from"),
    CACHE_CAPACITY("N", "100", "entries that mode 2 keeps in memory, at least 1"),
    DURABILITY("LEVEL", "always", "always: before the answer; interval: within a second; never: some time"),
    MAX_KEY_BYTES("SIZE", "1024", "longest key, 1 to 65535"),
    MAX_VALUE_BYTES("SIZE", "16m", "longest value, 1 to 1g"),
    MAX_BATCH_OPS("N", "10000", "most operations of a batch, at least 1"),
    MAX_BATCH_BYTES("SIZE", "64m", "longest body of a batch, 1 to 1g"),
    WATCH_HISTORY("N", "100000", "changes that are kept to be read again, at least 0"),
    WATCH_HISTORY_BYTES("SIZE", "64m", "bytes of changes that are kept to be read again, at least 0"),
    IO_TIMEOUT("TIME", "30s", "a request or answer that moves no byte for this long is cut off, 10ms to 1d"),
    SHUTDOWN_TIMEOUT("TIME", "10s", "how long a stop waits for requests in flight, 0s to 1d"),
    ACCESS_LOG("FORMAT", "off", "a line for each request on standard output: off, text (combined), json"),
    TLS_CERT("FILE", "", "the server's certificate and its chain, in PEM: it speaks TLS alone then"),
    TLS_KEY("FILE", "", "the private key of that certificate, in PEM"),
    TLS_CLIENT_CA("FILE", "", "certificates, in PEM: clients must have one that one of these signed"),
    ALLOWED_HOSTS("NAMES", "", "host names it answers to besides localhost and its address; commas between"),
    CORS_ORIGIN("ORIGINS", "", "whose pages may use it, as https://app.example; commas between; * for all");

    private final String label;
    private final String defaultValue;
    private final String meaning;

    Flag(String label, String defaultValue, String meaning) {
        this.label = label;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
    }

    /** As it is written in documents and messages. */
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT);
    }

    /** Every way to write it, the usual one first. */
    List<String> spellings() {
        String snake = name().toLowerCase(Locale.ROOT);
        String kebab = snake.replace('_', '-');
        return snake.equals(kebab)
                ? List.of("--" + snake, "-" + snake)
                : List.of("--" + snake, "--" + kebab, "-" + snake, "-" + kebab);
    }

    /** The environment variable that gives it where the command line does not. */
    String variable() {
        return "KVSTORE_" + name();
    }

    /** What the help calls its value. */
    String label() {
        return label;
    }

    /** The value where nobody gives one, as it would be written; empty for none. */
    String defaultValue() {
        return defaultValue;
    }

    String meaning() {
        return meaning;
    }
}
