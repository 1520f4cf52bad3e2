package io.kvstore.disk;

/** Thrown when the simulated process crashes: by the operation in which it crashes, and by every later one. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    public SimulatedCrash(String message) {
        super(message);
    }
}
