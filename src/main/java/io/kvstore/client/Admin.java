package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/**
 * The server as a whole. Reached by {@link KeyValueClient#admin}; safe for use by any number of threads.
 *
 * <p>With tokens, {@link #stats} needs one that may read every key, {@link #snapshot}, {@link #checkpoint} and {@link
 * #compact} an {@code :admin} one.
 */
public final class Admin {

    Admin() {}

    /** Whether the server answers at all: false where nobody can be reached, and never an exception of the connection. */
    public boolean isLive() {
        throw new UnsupportedOperationException();
    }

    /**
     * Why the server is not ready to serve, as while it opens, restores or stops; null when it is. Asks once, without
     * repeating.
     *
     * @throws ConnectionFailedException when it cannot be reached
     */
    public @Nullable String unreadiness() {
        throw new UnsupportedOperationException();
    }

    /** Figures that the server has at hand. */
    public ServerStats stats() {
        throw new UnsupportedOperationException();
    }

    /**
     * A backup of the whole store at one revision, taken while others write, for {@code --restore} to read back in any mode.
     * One that was cut off is refused by it.
     */
    public Download snapshot() {
        throw new UnsupportedOperationException();
    }

    /**
     * Has the store write a checkpoint now.
     *
     * @return the revision up to which everything is in it
     * @throws ResponseException with status 501 in mode {@code memory}
     */
    public long checkpoint() {
        throw new UnsupportedOperationException();
    }

    /**
     * Has the store shrink its files, while it serves.
     *
     * @throws ResponseException with status 501 in modes {@code memory} and {@code logged}, 409 where it is under way
     *     already, 507 where the disk has too little room
     */
    public Compacted compact() {
        throw new UnsupportedOperationException();
    }
}
