package io.kvstore;

import java.lang.reflect.InvocationTargetException;

/**
 * SIGHUP, which a terminal sends when it closes and which operators send to reload a configuration.
 *
 * <p>The JVM would shut down with exit code 0, so that a supervisor which restarts after failures leaves the server dead. There
 * is nothing to reload: the server watches its token and TLS files. Redis ignores the signal too.
 */
final class HangUpSignal {

    private HangUpSignal() {}

    /** Ignores the signal from now on. Does nothing on a platform without it, or if the JVM runs with {@code -Xrs}. */
    static void ignore() {
        // By reflection, because the compiler warns of this class and no other class handles signals.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("HUP"),
                            handler.getField("SIG_IGN").get(null));
        } catch (InvocationTargetException e) {
            log(String.valueOf(e.getCause()));
        } catch (ReflectiveOperationException e) {
            log(e.toString());
        }
    }

    private static void log(String reason) {
        System.getLogger(HangUpSignal.class.getName())
                .log(System.Logger.Level.DEBUG, "SIGHUP is not ignored: " + reason);
    }
}
