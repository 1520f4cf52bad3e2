package io.kvstore.server;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import io.kvstore.config.TlsFiles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/*
 * That a file has changed is seen by what is in it, not by its time: a time may be coarse, or stay behind where a link is
 * turned to another file. The files are some kilobytes, so that reading them every second costs next to nothing.
 *
 * Who renews a certificate writes two files one after the other; between them they are no pair. So what cannot be used is
 * told and passed over, and looked at again when it has changed once more.
 */
/**
 * TLS 1.2 and 1.3 as files say how, and as they say later on. What they say when the server runs and what is of no use is told
 * in the log, and all stays as it was.
 */
final class TlsReloader implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TlsReloader.class.getName());
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final TlsReader reader;
    private final boolean clientsNeedOne;
    private final InstantSource clock;
    private final ReloadableSslContext switched;
    private final SSLContext context;
    private final CountDownLatch closed = new CountDownLatch(1);
    private List<String> seen;
    private String told = "";

    private TlsReloader(TlsFiles files, InstantSource clock) {
        this.reader = new TlsReader(files);
        this.clientsNeedOne = files.clientCa() != null;
        this.clock = clock;
        this.seen = reader.contents();
        this.switched = new ReloadableSslContext(reader.context(seen, clock.instant()));
        this.context = switched.context();
    }

    /**
     * Reads the files.
     *
     * @param clock tells when certificates must be valid
     * @throws StartException when there is no speaking TLS with them
     */
    static TlsReloader of(TlsFiles files, InstantSource clock) {
        return new TlsReloader(files, clock);
    }

    /** What a server needs to know, now and later. */
    HttpsConfigurator configurator() {
        return new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters connection) {
                SSLParameters parameters = context.getDefaultSSLParameters();
                parameters.setProtocols(PROTOCOLS);
                parameters.setNeedClientAuth(clientsNeedOne);
                connection.setSSLParameters(parameters);
            }
        };
    }

    /** Looks whether the files have changed, and goes by them from now on; says whether it does. */
    synchronized boolean look() {
        try {
            List<String> contents = reader.contents();
            if (contents.equals(seen)) {
                return false;
            }
            seen = contents;
            switched.become(reader.context(contents, clock.instant()));
            told = "";
            return true;
        } catch (StartException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(told)) {
                told = reason;
                LOG.log(System.Logger.Level.WARNING, "TLS goes on as before: " + reason);
            }
            return false;
        }
    }

    /** Looks again and again, in a thread of its own, until this is closed. */
    void keepLooking(Duration pause) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                            look();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "tls-reload");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
