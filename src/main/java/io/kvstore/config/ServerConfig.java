package io.kvstore.config;

import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's configuration: the values of the flags, validated. Immutable.
 *
 * @param port the port to listen on, 0 to 65535; 0 picks a free port
 * @param host the address to listen on; an IPv6 address is without brackets, however it was given
 * @param mode where entries are stored
 * @param storePath the data folder; null in {@link StorageMode#MEMORY}, never null in another mode
 * @param authFile the file of access tokens and their permissions, or null if token authentication is off
 * @param restore the snapshot to load into an empty store, or null
 * @param cacheCapacity the maximum number of entries that {@link StorageMode#CACHED} caches in memory, at least 1
 * @param durability when a commit is flushed to disk
 * @param maxKeyBytes the maximum size of a key, 1 to 65,535
 * @param maxValueBytes the maximum size of a value, 1 to 2^30
 * @param maxBatchOps the maximum number of operations in a batch, at least 1
 * @param maxBatchBytes the maximum size of the body of a batch, 1 to 2^30
 * @param historyChanges the maximum number of changes kept for watchers that resume, at least 0
 * @param historyBytes the maximum total size of those changes in bytes, at least 0
 * @param ioTimeout a request is aborted if no byte is read or written for this long
 * @param shutdownTimeout the maximum time that shutdown waits for in-flight requests
 * @param accessLog the format of the access log
 * @param tls the files that configure TLS, or null for plain HTTP
 * @param allowedHosts host names that requests may use besides the server's own, without ports
 * @param corsOrigins the origins whose web pages may use the server; {@code *} for all
 */
public record ServerConfig(
        int port,
        String host,
        StorageMode mode,
        @Nullable Path storePath,
        @Nullable Path authFile,
        @Nullable Path restore,
        int cacheCapacity,
        Durability durability,
        int maxKeyBytes,
        int maxValueBytes,
        int maxBatchOps,
        int maxBatchBytes,
        long historyChanges,
        long historyBytes,
        Duration ioTimeout,
        Duration shutdownTimeout,
        AccessLogFormat accessLog,
        @Nullable TlsFiles tls,
        List<String> allowedHosts,
        List<String> corsOrigins) {

    /** A host name, an IPv4 address, or an IPv6 address in brackets. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]");

    /** An origin as browsers send it: without a path, not even a slash. */
    private static final Pattern ORIGIN = Pattern.compile("\\*|[a-z][a-z0-9+.-]*://(" + HOST + ")(:[0-9]{1,5})?");

    /**
     * Returns the configuration that flags give, for example {@code Map.of("--port", "0")}; the others have their defaults.
     *
     * @throws BadFlagException if a value is invalid
     */
    public static ServerConfig of(Map<String, String> flags) {
        return of(flag -> {
            String text = flags.get(flag.flag());
            return text == null ? null : new Setting(flag.flag(), text);
        });
    }

    static ServerConfig of(Function<Flag, @Nullable Setting> given) {
        Function<Flag, Setting> settings = flag -> {
            Setting setting = given.apply(flag);
            return setting == null ? new Setting(flag.flag(), flag.defaultValue()) : setting;
        };
        StorageMode mode = settings.apply(Flag.MODE)
                .oneOf(List.of(StorageMode.values()), each -> List.of(Integer.toString(each.number()), each.label()));
        return new ServerConfig(
                (int) settings.apply(Flag.PORT).number(0, 65_535),
                host(settings.apply(Flag.HOST)),
                mode,
                folder(settings.apply(Flag.STORE_PATH), mode),
                file(settings.apply(Flag.AUTH_FILE)),
                file(settings.apply(Flag.RESTORE)),
                (int) settings.apply(Flag.CACHE_CAPACITY).number(1, Integer.MAX_VALUE),
                settings.apply(Flag.DURABILITY).oneOf(List.of(Durability.values()), each -> List.of(each.label())),
                (int) settings.apply(Flag.MAX_KEY_BYTES).size(1, 65_535),
                (int) settings.apply(Flag.MAX_VALUE_BYTES).size(1, 1 << 30),
                (int) settings.apply(Flag.MAX_BATCH_OPS).number(1, Integer.MAX_VALUE),
                (int) settings.apply(Flag.MAX_BATCH_BYTES).size(1, 1 << 30),
                settings.apply(Flag.WATCH_HISTORY).number(0, Long.MAX_VALUE),
                settings.apply(Flag.WATCH_HISTORY_BYTES).size(0, Long.MAX_VALUE),
                settings.apply(Flag.IO_TIMEOUT).duration(Duration.ofMillis(10), Duration.ofDays(1)),
                settings.apply(Flag.SHUTDOWN_TIMEOUT).duration(Duration.ZERO, Duration.ofDays(1)),
                settings.apply(Flag.ACCESS_LOG).oneOf(List.of(AccessLogFormat.values()), each -> List.of(each.label())),
                tls(settings),
                settings.apply(Flag.ALLOWED_HOSTS).list(HOST, "host names without ports, separated by commas"),
                settings.apply(Flag.CORS_ORIGIN)
                        .list(ORIGIN, "origins such as https://app.example.org, separated by commas, or *"));
    }

    private static String host(Setting setting) {
        String host = setting.text();
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isBlank() || (!bracketed && (host.contains("[") || host.contains("]"))) || host.equals("[]")) {
            throw setting.invalid("an address or a host name");
        }
        return bracketed ? host.substring(1, host.length() - 1) : host;
    }

    private static @Nullable Path folder(Setting setting, StorageMode mode) {
        if (mode == StorageMode.MEMORY) {
            return null;
        }
        if (setting.text().isEmpty()) {
            throw setting.invalid("a folder in mode " + mode.number() + " (" + mode.label() + ")");
        }
        return path(setting, "the path of a folder");
    }

    private static @Nullable TlsFiles tls(Function<Flag, Setting> settings) {
        Path cert = file(settings.apply(Flag.TLS_CERT));
        Path key = file(settings.apply(Flag.TLS_KEY));
        Path clientCa = file(settings.apply(Flag.TLS_CLIENT_CA));
        if (cert == null && key == null && clientCa == null) {
            return null;
        }
        if (cert == null || key == null) {
            Flag missing = cert == null ? Flag.TLS_CERT : Flag.TLS_KEY;
            throw settings.apply(missing).invalid("the path of a file if another TLS flag is set");
        }
        return new TlsFiles(cert, key, clientCa);
    }

    private static @Nullable Path file(Setting setting) {
        return setting.text().isEmpty() ? null : path(setting, "the path of a file");
    }

    private static Path path(Setting setting, String expected) {
        try {
            return Path.of(setting.text());
        } catch (InvalidPathException e) {
            throw setting.invalid(expected);
        }
    }
}
