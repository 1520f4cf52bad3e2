package io.kvstore.server;

/**
 * How much a server has in flight at once.
 *
 * @param requests requests that are being answered, streams among them
 * @param bodyBytes bytes of memory that their bodies take
 */
record ServerBounds(int requests, long bodyBytes) {

    /** Leaves threads of the system to read heads with, and to say that there are too many. */
    private static final int REQUESTS_MAX = RequestExecutor.THREADS_MAX / 4 * 3;

    private static final int REQUESTS_MIN = 256;

    /** What a request takes besides its body: buffers of the connection, of the answer, and of a small body. */
    private static final long REQUEST_BYTES = 32 << 10;

    /** Those that leave a heap room for the store and for what is not collected yet. */
    static ServerBounds of(long heap) {
        long requests = heap / 2 / REQUEST_BYTES;
        return new ServerBounds((int) Math.max(REQUESTS_MIN, Math.min(REQUESTS_MAX, requests)), heap / 4);
    }
}
