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
 * How a server is to run: what the flags say, checked. Immutable.
 *
 * @param port 0 to 65535, where 0 takes a free one
 * @param host the address to listen on, as it was written
 * @param mode where entries live
 * @param storePath the data folder; null in {@link StorageMode#MEMORY}, never null in another mode
 * @param authFile the tokens that are let in and what each may do; null lets everybody do everything
 * @param restore a snapshot to start an empty store from, or null
 * @param cacheCapacity entries that {@link StorageMode#CACHED} keeps in memory, at least 1
 * @param durability when a commit is forced to disk
 * @param maxKeyBytes the longest key, 1 to 65,535
 * @param maxValueBytes the longest value, 1 to 2^30
 * @param maxBatchOps the most operations of a batch, at least 1
 * @param maxBatchBytes the longest body of a batch, 1 to 2^30
 * @param historyChanges how many changes are kept to be read again, at least 0
 * @param historyBytes how many bytes of them, at least 0
 * @param ioTimeout a request or answer that moves no byte for this long is cut off
 * @param shutdownTimeout how long a stop waits for requests in flight
 * @param accessLog whether requests are logged, and how
 * @param tls what TLS is spoken with, or null where it is not
 * @param allowedHosts names it answers to besides its own, without ports
 * @param corsOrigins the origins whose pages may use it; {@code *} for all
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

    /** A name or an IPv4 address, or an IPv6 address in brackets. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]");

    /** As browsers write it: no path, not even a slash. */
    private static final Pattern ORIGIN = Pattern.compile("\\*|[a-z][a-z0-9+.-]*://(" + HOST + ")(:[0-9]{1,5})?");

    /** What the flags say that were given by name and value, as in {@code Map.of("--port", "0")}. */
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
                settings.apply(Flag.ALLOWED_HOSTS).list(HOST, "host names without ports, with commas between"),
                settings.apply(Flag.CORS_ORIGIN)
                        .list(ORIGIN, "origins such as https://app.example.org, with commas between, or *"));
    }

    private static String host(Setting setting) {
        if (setting.text().isBlank()) {
            throw setting.bad("an address or a host name");
        }
        return setting.text();
    }

    private static @Nullable Path folder(Setting setting, StorageMode mode) {
        if (mode == StorageMode.MEMORY) {
            return null;
        }
        if (setting.text().isEmpty()) {
            throw setting.bad("a folder in mode " + mode.number() + " (" + mode.label() + ")");
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
            throw settings.apply(missing).bad("the path of a file where another flag asks for TLS");
        }
        return new TlsFiles(cert, key, clientCa);
    }

    private static @Nullable Path file(Setting setting) {
        return setting.text().isEmpty() ? null : path(setting, "the path of a file");
    }

    private static Path path(Setting setting, String wanted) {
        try {
            return Path.of(setting.text());
        } catch (InvalidPathException e) {
            throw setting.bad(wanted);
        }
    }
}
