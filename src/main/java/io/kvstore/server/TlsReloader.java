package io.kvstore.server;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import io.kvstore.config.TlsFiles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/*
 * A change is detected by the contents of the files and not by their modification times, which may be coarse, or unchanged
 * after a symbolic link is pointed to another file. The files are a few kilobytes, so reading them every second costs little.
 *
 * A certificate is renewed by writing two files in turn, and in between they do not match. So invalid files are logged and
 * skipped, and read again after their next change.
 */
/**
 * TLS 1.2 and 1.3 configured by files that are reloaded when they change. If changed files are invalid, the previous
 * configuration stays in use and a warning is logged.
 */
final class TlsReloader implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TlsReloader.class.getName());
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final TlsReader reader;
    private final boolean requireClientCertificate;
    private final InstantSource clock;
    private final ReloadableSslContext reloadable;
    private final SSLContext context;
    private @Nullable PeriodicTask reloading;
    private List<String> lastContents;
    private String lastFailure = "";

    private TlsReloader(TlsFiles files, InstantSource clock) {
        this.reader = new TlsReader(files);
        this.requireClientCertificate = files.clientCa() != null;
        this.clock = clock;
        this.lastContents = reader.contents();
        this.reloadable = new ReloadableSslContext(reader.context(lastContents, clock.instant()));
        this.context = reloadable.context();
    }

    /**
     * Reads the files.
     *
     * @param clock the time at which certificates must be valid
     * @throws StartException if a file cannot be read or is invalid
     */
    static TlsReloader of(TlsFiles files, InstantSource clock) {
        return new TlsReloader(files, clock);
    }

    /** Returns a configurator whose new connections use the files that were loaded last. */
    HttpsConfigurator configurator() {
        return new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters connection) {
                SSLParameters parameters = context.getDefaultSSLParameters();
                parameters.setProtocols(PROTOCOLS);
                parameters.setNeedClientAuth(requireClientCertificate);
                connection.setSSLParameters(parameters);
            }
        };
    }

    /** Reloads the files if their contents have changed; returns whether new ones are now in use. */
    synchronized boolean reloadIfChanged() {
        try {
            List<String> contents = reader.contents();
            if (contents.equals(lastContents)) {
                return false;
            }
            lastContents = contents;
            reloadable.replace(reader.context(contents, clock.instant()));
            lastFailure = "";
            return true;
        } catch (StartException e) {
            String failure = String.valueOf(e.getMessage());
            if (!failure.equals(lastFailure)) {
                lastFailure = failure;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "TLS files were not reloaded; the previous ones remain in use: " + failure);
            }
            return false;
        }
    }

    /** Starts a thread that calls {@link #reloadIfChanged} at intervals, until this is closed. To be called once. */
    synchronized void start(Duration interval) {
        reloading = PeriodicTask.start("tls-reload", () -> {
            reloadIfChanged();
            return interval;
        });
    }

    /** Stops the thread, without waiting for a reload that is running. */
    @Override
    public void close() {
        PeriodicTask started = reloading;
        if (started != null) {
            started.stop();
        }
    }
}
