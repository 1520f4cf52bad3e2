package io.kvstore.disk;

/** The moment at which a simulated process died. Thrown by the operation it died in, and by all that follow. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    public SimulatedCrash(String message) {
        super(message);
    }
}
